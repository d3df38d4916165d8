import { currentIsReference } from '../device/current.ts';
import { checkOptions } from '../graph/options.ts';
import { checkCount as checkPositive, checkFlag } from '../graph/checks.ts';
import { showAny } from '../graph/shape.ts';
import { foldIn, type Key } from '../tensor/key.ts';
import { fromHost, type Tensor } from '../tensor/tensor.ts';
import { checkAhead, checkColumns, checkCount, checkDataset, rowsFrom } from './checks.ts';
import type { Column, Columns, Dataset } from './dataset.ts';
import { prefetch } from './prefetch.ts';
import { shuffled } from './shuffled.ts';
import { wordsOfKey } from './world/wordsOfKey.ts';

export interface BatchesOptions {
  /** The number of examples in a batch, at least 1; the last batch of an epoch may have fewer. */
  readonly size: number;
  /**
   * The key that shuffles the examples, differently in each epoch. Without a key examples come in
   * the order of their indices.
   */
  readonly key?: Key;
  /**
   * If true, the last batch of an epoch is left out if it has fewer than `size` examples; false by
   * default.
   */
  readonly drop?: boolean;
  /**
   * The number of passes over all examples: an integer of at least 0, or Infinity for no end; 1 by
   * default.
   */
  readonly epochs?: number;
  /**
   * The number of batches to skip, counted over all epochs, for a run that continues an earlier
   * one; 0 by default.
   */
  readonly start?: number;
  /**
   * The number of batches, from 0 to 1024, to prepare before they are asked for, while a step runs;
   * 1 by default.
   */
  readonly ahead?: number;
}

/** A batch: for each part of an example a tensor whose first axis counts the examples. */
export type Batch<Name extends string = string> = Record<Name, Tensor>;

/**
 * Returns a generator of a data set's batches. A batch has one tensor [n, …] for each part of an
 * example, with n = `size`, or less in the last batch of an epoch. An element is the stored number
 * times its column's `scale`. The call throws if an option is invalid or if the examples make no
 * batch. A later step throws if the data set's `rows` does, or returns invalid columns.
 */
export function batches<Name extends string>(
  dataset: Dataset<Name>,
  options: BatchesOptions,
): AsyncGenerator<Batch<Name>, void, undefined> {
  checkDataset('batches', dataset);
  const names = ['size', 'key', 'drop', 'epochs', 'start', 'ahead'] as const;
  const { size, key, drop = false, epochs = 1, start = 0, ahead = 1 } = checkOptions('batches', options, names);
  checkPositive('batches', 'size', size);
  if (key !== undefined) wordsOfKey('batches', key);
  checkFlag('batches', 'drop', drop);
  if (epochs !== Infinity && (!Number.isInteger(epochs) || epochs < 0))
    throw new Error(`batches: epochs must be a non-negative integer or Infinity, got ${showAny(epochs)}`);
  if (!Number.isSafeInteger(start) || start < 0)
    throw new Error(`batches: start must be a non-negative integer, got ${showAny(start)}`);
  checkAhead('batches', 0, ahead);
  const count = batchCount(dataset.size, size, drop);
  if (count === 0 && epochs > 0)
    throw new Error(
      `batches: ${dataset.size} examples make no batch of ${size}${drop ? ', as smaller ones are dropped' : ''}`,
    );
  const columns = inOrder(dataset, size, count, key, epochs, start);
  return asTensors(ahead > 0 ? prefetch(columns, { ahead }) : columns);
}

/**
 * Returns the number of batches in an epoch: ⌈examples / size⌉, or ⌊examples / size⌋ with `drop`.
 * Throws unless `examples` is an integer from 0 to 2³² and `size` a positive integer.
 */
export function batchCount(examples: number, size: number, drop = false): number {
  checkCount('batchCount', 'the number of examples', examples);
  checkPositive('batchCount', 'size', size);
  checkFlag('batchCount', 'drop', drop);
  return drop ? Math.floor(examples / size) : Math.ceil(examples / size);
}

/**
 * Yields the columns of one batch after another. `size` is that of a batch, `count` the number of
 * batches in an epoch. Epoch e is shuffled by the key `foldIn(key, e)`.
 */
async function* inOrder<Name extends string>(
  dataset: Dataset<Name>,
  size: number,
  count: number,
  key: Key | undefined,
  epochs: number,
  start: number,
): AsyncGenerator<Columns<Name>, void, undefined> {
  for (let epoch = Math.floor(start / count), at = start % count; epoch < epochs; epoch++, at = 0) {
    const order = key && shuffled(foldIn(key, epoch), dataset.size);
    for (; at < count; at++) {
      const from = at * size;
      const n = Math.min(size, dataset.size - from);
      const rows = order?.subarray(from, from + n) ?? Uint32Array.from({ length: n }, (_, i) => from + i);
      yield await rowsFrom('batches', dataset, rows);
    }
  }
}

/**
 * Yields columns as tensors. These are made only when a batch is asked for, so that they belong to
 * the `scope` of the code that asks.
 */
async function* asTensors<Name extends string>(
  source: AsyncIterable<Columns<Name>>,
): AsyncGenerator<Batch<Name>, void, undefined> {
  for await (const columns of source) yield asBatch(columns);
}

/**
 * Returns each column as a tensor of its shape, whose elements are the stored numbers times
 * `scale`. Throws if a column is invalid, or if the columns have different numbers of examples.
 */
export function tensorsOf<Name extends string>(columns: Columns<Name>): Batch<Name> {
  checkColumns('tensorsOf', columns);
  return asBatch(columns);
}

const asBatch = <Name extends string>(columns: Columns<Name>): Batch<Name> =>
  Object.fromEntries(
    (Object.entries(columns) as [Name, Column][]).map(([name, column]) => [name, tensorOf(column)]),
  ) as Batch<Name>;

function tensorOf({ data, shape, scale = 1 }: Column): Tensor {
  const numbers = currentIsReference() ? Float64Array.from(data) : Float32Array.from(data);
  if (scale !== 1) for (let i = 0; i < numbers.length; i++) numbers[i]! *= scale;
  return fromHost(numbers, shape);
}
