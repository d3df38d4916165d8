import { join } from 'node:path';
import {
  batches,
  readCifar10,
  readCifar100,
  stored,
  subset,
  together,
  transferPair,
  type Dataset,
} from 'cotangent/data';
import { foldIn, key } from 'cotangent';
import { unreadable } from '../report/unreadable.ts';
import type { Settings } from './settings.ts';
import type { Batch } from './task.ts';

type Set = Dataset<'images' | 'labels'>;

export interface Data {
  readonly classes: { readonly source: number; readonly target: number };
  readonly source: Set;
  readonly target: Set;
  readonly validation: Set;
  readonly test: Set;
}

/** The smallest number of examples that a data set must have, which is more than a batch holds. */
const least = 64;

/** The folders to which the archives of CIFAR's binary version unpack. */
export const folders = { source: 'cifar-100-binary', target: 'cifar-10-batches-bin' };

/**
 * Returns CIFAR-100 as the source, the first examples of CIFAR-10 as the target, the next ones for
 * validation, and test images of CIFAR-10; each at most as many as `examples` says. Throws if a
 * file is missing or damaged, or if a data set is too small.
 */
export async function cifar(folder: string, { examples }: Pick<Settings, 'examples'>): Promise<Data> {
  const target = join(folder, folders.target);
  const many = await readCifar100(join(folder, folders.source));
  const few = await readCifar10(target);
  const test = await readCifar10(target, { split: 'test' });
  const first = (set: Dataset<'images' | 'labels'>, start: number, count: number): Set =>
    subset(set, { start: Math.min(set.size, start), stop: Math.min(set.size, start + count) });
  const withoutCoarse: Set = {
    size: many.size,
    async rows(indices) {
      const { images, labels } = await many.rows(indices);
      return { images, labels };
    },
  };
  const parts = {
    source: first(withoutCoarse, 0, examples.source),
    target: first(few, 0, examples.target),
    validation: first(few, examples.target, examples.validation),
    test: first(test, 0, examples.test),
  };
  for (const [name, { size }] of Object.entries(parts))
    if (size < least) throw new Error(`cifar: ${folder} must have ${least} pictures for ${name}, got ${size}`);
  return { classes: { source: 100, target: 10 }, ...parts };
}

/** Returns generated data sets. */
async function made({ examples, pixels, seed }: Settings): Promise<Data> {
  const pair = transferPair({
    key: foldIn(key(seed), 100),
    sourceSize: examples.source,
    targetSize: examples.target,
    testSize: examples.validation + examples.test,
    pixels,
  });
  const [source, target, others] = await Promise.all([pair.source, pair.target, pair.test].map((set) => stored(set)));
  return {
    classes: { source: pair.sourceClasses.length, target: pair.targetClasses.length },
    source: source!,
    target: target!,
    validation: subset(others!, { stop: examples.validation }),
    test: subset(others!, { start: examples.validation }),
  };
}

let last: { readonly of: string; readonly data: Promise<Data> } | undefined;

/**
 * Returns the data of a run, which are loaded once in each thread. Stops the run if they cannot be
 * read.
 */
export function load(settings: Settings): Promise<Data> {
  const { data, examples, pixels, seed } = settings;
  const of = JSON.stringify({ data, examples, pixels, seed });
  if (last?.of !== of) last = { of, data: data === null ? made(settings) : cifar(data, settings).catch(unreadable) };
  return last.data;
}

/**
 * Returns an endless sequence of batches of both sets, which depends on the seed; the smaller set
 * repeats sooner.
 */
export function mixedBatches({ batch }: Settings, { source, target }: Data, seed: number): AsyncIterator<Batch> {
  const endless = (set: Set, size: number, i: number) =>
    batches(set, { size, key: foldIn(key(seed), i), drop: true, epochs: Infinity });
  return together({ source: endless(source, batch.source, 0), target: endless(target, batch.target, 1) });
}
