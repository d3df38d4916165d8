import { checkObject } from '../checks.ts';
import { dataset, type Dataset } from '../dataset.ts';
import { unpacked } from './gunzip.ts';
import type { Source } from './source.ts';

const pixels = 3 * 32 * 32;

/** The label bytes before each image: their names, and the number of classes of each. */
type Labels = readonly (readonly [name: string, classes: number])[];

const ten: Labels = [['labels', 10]];
const hundred: Labels = [
  ['coarse', 20],
  ['labels', 100],
];

/**
 * Calls `visit` with each record of a file. A record is one byte for each label, followed by the
 * three colour planes of an image. Throws if a record is cut off or a label too large.
 */
function visitRecords(labels: Labels, source: Source, visit: (record: Uint8Array) => void): void {
  const size = labels.length + pixels;
  if (source.ended()) throw source.wrong(0, `whole records of ${size} bytes`, 'an empty file');
  while (!source.ended()) {
    const at = source.offset;
    const record = source.upTo(size);
    if (record.length < size) throw source.wrong(at, `whole records of ${size} bytes`, `${record.length} bytes`);
    for (const [k, [name, classes]] of labels.entries())
      if (record[k]! >= classes) throw source.wrong(at + k, `one of the ${name} 0 to ${classes - 1}`, record[k]!);
    visit(record);
  }
}

/**
 * Returns the examples of all files, in order. They are counted and checked before memory is
 * allocated.
 */
function parse(caller: string, labels: Labels, given: Readonly<Record<string, Uint8Array>>): Dataset {
  checkObject(caller, 'files', 'bytes', given);
  const files = Object.entries(given);
  if (files.length === 0) throw new Error(`${caller}: at least one file is needed, got none`);
  const visitAll = (visit: (record: Uint8Array) => void): void => {
    for (const [name, data] of files) visitRecords(labels, unpacked('cifar', name, data), visit);
  };
  let n = 0;
  visitAll(() => n++);
  const images = new Uint8Array(n * pixels);
  const numbers = labels.map(() => new Uint8Array(n));
  let i = 0;
  visitAll((record) => {
    for (const [k, column] of numbers.entries()) column[i] = record[k]!;
    images.set(record.subarray(labels.length), i++ * pixels);
  });
  const named = labels.map(([name], k) => [name, { data: numbers[k]!, shape: [n] }] as const);
  return dataset({ images: { data: images, shape: [n, 3, 32, 32], scale: 1 / 255 }, ...Object.fromEntries(named) });
}

/**
 * Parses files of CIFAR-10's binary version (Krizhevsky 2009, "Learning multiple layers of features
 * from tiny images"), gzipped or not. `files` has the bytes of each file by its name, which errors
 * give. Returns a data set of the images of all files, in order: `images` [3, 32, 32], red, green
 * and blue from 0 to 1, and `labels` [], the integers 0 to 9. Throws if there is no file or if one
 * is damaged.
 */
export const parseCifar10 = async (
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Dataset<'images' | 'labels'>> => parse('parseCifar10', ten, files);

/** Like `parseCifar10`, for CIFAR-100: `labels` [] are from 0 to 99, `coarse` [] from 0 to 19. */
export const parseCifar100 = async (
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Dataset<'images' | 'labels' | 'coarse'>> => parse('parseCifar100', hundred, files);
