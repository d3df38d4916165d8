import { checkOptions } from '../../graph/options.ts';
import { maxRank } from '../../graph/shape.ts';
import { dataset, type Column, type Dataset } from '../dataset.ts';
import { hex, numbersToEnd } from './bytes.ts';
import { unpacked } from './gunzip.ts';

/** The third byte of the magic number. */
const types: Readonly<Record<number, string>> = { 8: 'u1', 9: 'i1', 11: 'i2', 12: 'i4', 13: 'f4', 14: 'f8' };

/**
 * An IDX file, gzipped or not: the format of MNIST and its family (LeCun, Cortes and Burges, "The MNIST database"). Big-endian: two 0, a type, the
 * rank, each dimension in 4 bytes, the data. `magic` is the number that it must begin with, such as 0x00000803 for images.
 */
export async function parseIdx(
  data: Uint8Array,
  name: string,
  options: { readonly magic?: number } = {},
): Promise<Column> {
  const { magic } = checkOptions('parseIdx', options, ['magic']);
  const file = await unpacked('idx', name, data);
  const got = file.uint(0, 4, 'the magic number', false);
  const [type, rank] = [types[(got >>> 8) & 255], got & 255];
  if (magic !== undefined && got !== magic) throw file.wrong(0, `magic ${hex(magic)}`, hex(got));
  if (got >>> 16 !== 0 || type === undefined || rank < 1 || rank > maxRank)
    throw file.wrong(0, `magic 0x0000ttrr with a type tt of 08, 09, 0b to 0e and a rank rr of 01 to 08`, hex(got));
  const shape = Array.from({ length: rank }, (_, i) => file.uint(4 + 4 * i, 4, 'a dimension', false));
  return { data: numbersToEnd(file, 4 + 4 * rank, shape, type, false), shape };
}

/** Pictures and their labels of the MNIST family: `images` [1, height, width] from 0 to 1, `labels` []. */
export async function parseMnist(
  images: Uint8Array,
  imagesName: string,
  labels: Uint8Array,
  labelsName: string,
): Promise<Dataset<'images' | 'labels'>> {
  const pictures = await parseIdx(images, imagesName, { magic: 0x803 });
  const numbers = await parseIdx(labels, labelsName, { magic: 0x801 });
  const [n, height, width] = pictures.shape as [number, number, number];
  if (numbers.shape[0] !== n)
    throw new Error(
      `idx: ${labelsName} at byte 4: expected ${n} labels for the pictures of ${imagesName}, got ${numbers.shape[0]}`,
    );
  return dataset({ images: { data: pictures.data, shape: [n, 1, height, width], scale: 1 / 255 }, labels: numbers });
}
