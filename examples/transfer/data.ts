import { batches, stored, subset, together, transferPair, type Dataset } from '../../src/data/index.ts';
import { foldIn, key } from '../../src/index.ts';
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

async function dataOf({ examples, pixels, seed }: Settings): Promise<Data> {
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

/** The data of a run, made once in each thread. */
export function load(settings: Settings): Promise<Data> {
  const { examples, pixels, seed } = settings;
  const of = JSON.stringify({ examples, pixels, seed });
  if (last?.of !== of) last = { of, data: dataOf(settings) };
  return last.data;
}

/** Batches of both sets for ever; the smaller one comes round sooner. */
export function mixedBatches({ batch }: Settings, { source, target }: Data, seed: number): AsyncIterator<Batch> {
  const endless = (set: Set, size: number, i: number) =>
    batches(set, { size, key: foldIn(key(seed), i), drop: true, epochs: Infinity });
  return together({ source: endless(source, batch.source, 0), target: endless(target, batch.target, 1) });
}
