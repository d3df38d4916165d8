import { checkOptions } from '../graph/options.ts';
import { sizeOf, type Shape } from '../graph/node.ts';
import { showAny } from '../graph/shape.ts';
import { arrayFor, checkColumn, checkColumns, checkDataset, checkRows, rowsFrom } from './checks.ts';

export type NumberArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/**
 * Numbers of a shape, row-major, whose first axis counts examples. An element stands for `scale`
 * times itself.
 */
export interface Column {
  readonly data: NumberArray;
  readonly shape: Shape;
  /** 1 if absent; 1/255 for bytes that stand for light from 0 to 1. */
  readonly scale?: number;
}

export type Columns<Name extends string = string> = Readonly<Record<Name, Column>>;

/** Examples by number, kept in memory, read from files or made when they are asked for. */
export interface Dataset<Name extends string = string> {
  readonly size: number;
  /** The examples with these numbers, one column for each part of an example. */
  rows(indices: ArrayLike<number>): Columns<Name> | Promise<Columns<Name>>;
}

/** The examples of a list of columns, all of the same length. */
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
 * Some of a data set's examples: those with the given numbers, or those from `start` to below
 * `stop`.
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
  const at = listed ? (i: number) => rows[i]! : (i: number) => start + i;
  const size = listed ? rows.length : stop - start;
  return {
    size,
    rows(indices) {
      checkRows('subset', indices, size);
      return whole.rows(Array.from(indices, at));
    },
  };
}

/** All of a data set's examples, read or made once and kept in memory: bytes stay bytes. */
export async function stored<Name extends string>(whole: Dataset<Name>): Promise<Dataset<Name>> {
  checkDataset('stored', whole);
  const all = arrayFor('stored', Uint32Array, whole.size).map((_, i) => i);
  return dataset(await rowsFrom('stored', whole, all));
}
