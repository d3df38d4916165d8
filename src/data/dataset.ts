import { checkOptions } from '../graph/options.ts';
import { sizeOf, type Shape } from '../graph/node.ts';
import { showAny } from '../graph/shape.ts';
import { arrayFor, checkColumn, checkColumns, checkDataset, checkRows, rowsFrom } from './checks.ts';

export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/**
 * The values of one part of all examples: an array of a shape, row-major, whose first axis counts
 * examples. The value of an element is `scale` times the stored number.
 */
export interface Column {
  readonly data: NumberArray;
  readonly shape: Shape;
  /**
   * The value of a stored 1: 1 by default, 1/255 for bytes that stand for intensities from 0 to 1.
   */
  readonly scale?: number;
}

/** The parts of examples by name; all columns have the same number of examples. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Column>>;

/** A data set: examples with indices, kept in memory, read from files or generated on demand. */
export interface Dataset<Name extends string = string> {
  readonly size: number;
  /**
   * Returns the examples with these indices, which are integers from 0 to size − 1, in this order:
   * one column [indices.length, …] for each part of an example.
   */
  rows(indices: ArrayLike<number>): Columns<Name> | Promise<Columns<Name>>;
}

/**
 * Returns a data set whose examples are the rows of columns in memory; the columns are not copied.
 * Throws unless there is at least one column, each has a typed array as large as its shape, and all
 * have the same number of examples. `rows` throws for an index that is not from 0 to size − 1.
 */
export function dataset<Name extends string>(columns: Columns<Name>): Dataset<Name> {
  const size = checkColumns('dataset', columns);
  const entries = Object.entries(columns) as [Name, Column][];
  return {
    size,
    rows(indices) {
      checkRows('dataset', indices, size);
      return Object.fromEntries(
        entries.map(([name, column]) => [name, takeRows(name, column, indices)]),
      ) as Columns<Name>;
    },
  };
}

function takeRows(name: string, column: Column, indices: ArrayLike<number>): Column {
  checkColumn('dataset', name, column);
  const shape = [indices.length, ...column.shape.slice(1)];
  const step = sizeOf(shape.slice(1));
  const Kind = column.data.constructor as new (n: number) => NumberArray;
  const data = arrayFor('dataset', Kind, indices.length * step);
  for (let i = 0; i < indices.length; i++)
    data.set(column.data.subarray(indices[i]! * step, (indices[i]! + 1) * step), i * step);
  return { ...column, data, shape };
}

/**
 * Returns a data set of the examples of `whole` that `rows` chooses: those with the listed indices,
 * in this order, or those from `start` (0 by default) up to but excluding `stop` (the size of
 * `whole` by default). Throws if an index, `start` or `stop` lies outside
 * of `whole`.
 */
export function subset<Name extends string>(
  whole: Dataset<Name>,
  rows: ArrayLike<number> | { start?: number; stop?: number },
): Dataset<Name> {
  checkDataset('subset', whole);
  const listed = typeof rows === 'object' && rows !== null && 'length' in rows;
  const { start = 0, stop = whole.size } = listed ? {} : checkOptions('subset', rows, ['start', 'stop']);
  if (listed) checkRows('subset', rows, whole.size);
  else if (![start, stop].every(Number.isInteger) || start < 0 || start > stop || stop > whole.size)
    throw new Error(
      `subset: start and stop must be integers from 0 to ${whole.size} in this order, got ${showAny(start)} and ${showAny(stop)}`,
    );
  const list = listed ? Array.from(rows) : undefined;
  const at = (i: number): number => (list ? list[i]! : start + i);
  const size = list?.length ?? stop - start;
  return {
    size,
    rows(indices) {
      checkRows('subset', indices, size);
      return whole.rows(Array.from(indices, at));
    },
  };
}

/**
 * Reads or generates all examples of a data set once, and returns a data set that keeps them in
 * memory. Elements keep their types, so bytes stay bytes. Throws if they do not fit in memory.
 */
export async function stored<Name extends string>(whole: Dataset<Name>): Promise<Dataset<Name>> {
  checkDataset('stored', whole);
  const all = arrayFor('stored', Uint32Array, whole.size).map((_, i) => i);
  return dataset(await rowsFrom('stored', whole, all));
}
