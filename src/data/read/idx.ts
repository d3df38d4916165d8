import { checkOptions } from '../../graph/options.ts';
import { maxRank, showAny } from '../../graph/shape.ts';
import { checkCount } from '../checks.ts';
import { dataset, type Column, type Dataset } from '../dataset.ts';
import { hex } from './bytes.ts';
import { unpacked } from './gunzip.ts';
import { numbersToEnd } from './numbers.ts';

/** The element types, by the third byte of the magic number. */
const types: ReadonlyMap<number, string> = new Map([
  [8, 'u1'],
  [9, 'i1'],
  [11, 'i2'],
  [12, 'i4'],
  [13, 'f4'],
  [14, 'f8'],
]);

/**
 * Parses the bytes of an IDX file, gzipped or not, the format of MNIST and its family (LeCun,
 * Cortes and Burges, "The MNIST database"). It is big-endian: two 0 bytes, a type, the rank from 1
 * to 8, each dimension in 4 bytes, the data. Returns the array, whose type is that of the file:
 * integers of 8, 16 or 32 bits, float32 or float64. If `magic` is given, such as 0x00000803 for
 * images, the file must begin with it. If the file is damaged, throws an error with the offset and
 * `name`, the file's name.
 */
export async function parseIdx(
  data: Uint8Array,
  name: string,
  options: { readonly magic?: number } = {},
): Promise<Column> {
  const { magic } = checkOptions('parseIdx', options, ['magic']);
  if (magic !== undefined) checkCount('parseIdx', 'magic', magic);
  const source = unpacked('idx', name, data);
  const got = source.uint(4, 'the magic number', false);
  const [type, rank] = [types.get((got >>> 8) & 255), got & 255];
  if (magic !== undefined && got !== magic) throw source.wrong(0, `magic ${hex(magic)}`, hex(got));
  if (got >>> 16 !== 0 || type === undefined || rank < 1 || rank > maxRank)
    throw source.wrong(0, `magic 0x0000ttrr with a type tt of 08, 09, 0b to 0e and a rank rr of 01 to 08`, hex(got));
  const shape = Array.from({ length: rank }, () => source.uint(4, 'a dimension', false));
  return { data: numbersToEnd(source, shape, type, false), shape };
}

export interface MnistOptions {
  /** The number of classes, from 1 to 256; by default 10, as in MNIST. EMNIST has more. */
  readonly classes?: number;
}

/**
 * Parses the bytes of two IDX files of the MNIST family, gzipped or not. Returns a data set:
 * `images` [1, height, width] from 0 to 1, `labels` [], the integers 0 to `classes` − 1. Throws if
 * a file is damaged, if there are not as many labels as images, or if a label is too large. Errors
 * give the files' names `imagesName` and `labelsName`.
 */
export async function parseMnist(
  images: Uint8Array,
  imagesName: string,
  labels: Uint8Array,
  labelsName: string,
  options: MnistOptions = {},
): Promise<Dataset<'images' | 'labels'>> {
  const { classes = 10 } = checkOptions('parseMnist', options, ['classes']);
  if (!Number.isInteger(classes) || classes < 1 || classes > 256)
    throw new Error(`parseMnist: classes must be an integer from 1 to 256, got ${showAny(classes)}`);
  const pictures = await parseIdx(images, imagesName, { magic: 0x803 });
  const numbers = await parseIdx(labels, labelsName, { magic: 0x801 });
  const [n, height, width] = pictures.shape as [number, number, number];
  if (numbers.shape[0] !== n)
    throw new Error(
      `idx: ${labelsName} at byte 4: expected ${n} labels for the pictures of ${imagesName}, got ${numbers.shape[0]}`,
    );
  const bad = numbers.data.findIndex((label) => label >= classes);
  if (bad >= 0)
    throw new Error(
      `idx: ${labelsName} at byte ${8 + bad}: expected a label from 0 to ${classes - 1}, got ${numbers.data[bad]}; the option classes says how many there are`,
    );
  return dataset({ images: { data: pictures.data, shape: [n, 1, height, width], scale: 1 / 255 }, labels: numbers });
}
