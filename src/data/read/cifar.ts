import { dataset, type Dataset } from '../dataset.ts';
import { unpacked } from './gunzip.ts';

const pixels = 3 * 32 * 32;

/** Bytes of a label before a picture, what it is called, and how many classes it tells apart. */
type Labels = readonly (readonly [name: string, classes: number])[];

const ten: Labels = [['labels', 10]];
const hundred: Labels = [
  ['coarse', 20],
  ['labels', 100],
];

/** The named files' records one after the other: labels, a byte each, then the red, green and blue plane of a picture. */
async function parse(labels: Labels, files: readonly (readonly [name: string, data: Uint8Array])[]): Promise<Dataset> {
  const record = labels.length + pixels;
  const parts = await Promise.all(files.map(([name, data]) => unpacked('cifar', name, data)));
  for (const file of parts)
    if (file.length === 0 || file.length % record !== 0)
      throw file.wrong(
        file.length - (file.length % record),
        `whole records of ${record} bytes`,
        file.length === 0 ? 'an empty file' : `${file.length % record} bytes`,
      );
  const n = parts.reduce((sum, { length }) => sum + length / record, 0);
  const images = new Uint8Array(n * pixels);
  const numbers = labels.map(() => new Uint8Array(n));
  let i = 0;
  for (const file of parts)
    for (let at = 0; at < file.length; at += record, i++) {
      for (const [k, [name, classes]] of labels.entries()) {
        const label = file.data[at + k]!;
        if (label >= classes) throw file.wrong(at + k, `one of the ${name} 0 to ${classes - 1}`, label);
        numbers[k]![i] = label;
      }
      images.set(file.data.subarray(at + labels.length, at + record), i * pixels);
    }
  const named = labels.map(([name], k) => [name, { data: numbers[k]!, shape: [n] }] as const);
  return dataset({ images: { data: images, shape: [n, 3, 32, 32], scale: 1 / 255 }, ...Object.fromEntries(named) });
}

/**
 * Files of CIFAR-10's binary version (Krizhevsky 2009, "Learning multiple layers of features from tiny images"), gzipped or not, by name:
 * `images` [3, 32, 32] from 0 to 1, `labels` [] from 0 to 9.
 */
export const parseCifar10 = (files: Readonly<Record<string, Uint8Array>>): Promise<Dataset<'images' | 'labels'>> =>
  parse(ten, Object.entries(files));

/** As `parseCifar10` for CIFAR-100: `labels` from 0 to 99, and `coarse` from 0 to 19. */
export const parseCifar100 = (
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Dataset<'images' | 'labels' | 'coarse'>> => parse(hundred, Object.entries(files));
