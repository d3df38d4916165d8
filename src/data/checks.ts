import { checkList, checkNumber } from '../graph/checks.ts';
import { sizeOf } from '../graph/node.ts';
import { checkShape, show, showAny } from '../graph/shape.ts';
import type { Column, Columns, Dataset, NumberArray } from './dataset.ts';

export function checkText(name: string, what: string, text: unknown): void {
  if (typeof text !== 'string') throw new Error(`${name}: ${what} must be a string, got ${showAny(text)}`);
}

export function checkTexts(name: string, what: string, list: readonly unknown[]): void {
  for (const text of checkList(name, what, list)) checkText(name, `each of ${what}`, text);
}

/** True if x is an object of any class, but no array. */
export const isObject = (x: unknown): x is object => typeof x === 'object' && x !== null && !Array.isArray(x);

/**
 * Throws unless x is an object of any class, but no array. Its entries are not checked. In the
 * error, `what` names x, and `of` says what it should hold by name.
 */
export function checkObject(name: string, what: string, of: string, x: unknown): void {
  if (!isObject(x)) throw new Error(`${name}: ${what} must be an object of ${of} by name, got ${showAny(x)}`);
}

/** Throws unless n is an integer from 0 to 2³²; `what` names it in the error. */
export function checkCount(name: string, what: string, n: unknown): void {
  if (!Number.isInteger(n) || (n as number) < 0 || (n as number) > 2 ** 32)
    throw new Error(`${name}: ${what} must be an integer from 0 to 2^32, got ${showAny(n)}`);
}

export function checkPixels(name: string, pixels: unknown): void {
  if (!Number.isInteger(pixels) || (pixels as number) < 16 || (pixels as number) > 256)
    throw new Error(`${name}: pixels must be an integer from 16 to 256, got ${showAny(pixels)}`);
}

/** The largest number of values that may be made before they are asked for; each takes memory. */
const farthest = 1024;

export function checkAhead(name: string, least: number, ahead: unknown): void {
  if (!Number.isInteger(ahead) || (ahead as number) < least || (ahead as number) > farthest)
    throw new Error(`${name}: ahead must be an integer from ${least} to ${farthest}, got ${showAny(ahead)}`);
}

/** Throws unless the source is an asynchronous iterable. */
export function checkSource(name: string, source: unknown): void {
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source))
    throw new Error(`${name}: a source must be an asynchronous iterable, got ${showAny(source)}`);
}

/** Throws unless x is an object with a function `rows` and a `size` from 0 to 2³². */
export function checkDataset(name: string, x: unknown): void {
  const { size, rows } = (typeof x === 'object' && x !== null ? x : {}) as Partial<Dataset>;
  if (typeof rows !== 'function')
    throw new Error(
      `${name}: a data set is needed, an object with size and rows, as dataset makes it, got ${showAny(x)}`,
    );
  checkCount(name, 'the size of a data set', size);
}

/**
 * Throws if a typed array has lost elements because its buffer was transferred or made smaller;
 * `what` names them in the error. Other lists pass.
 */
export function checkHeld(name: string, what: string, array: ArrayLike<number>): void {
  try {
    if (ArrayBuffer.isView(array)) (array as unknown as NumberArray).values();
  } catch {
    throw new Error(`${name}: ${what} are lost, their buffer was transferred or made smaller`);
  }
}

/** Throws unless `indices` is a list or typed array of integers from 0 to size − 1. */
export function checkRows(name: string, indices: ArrayLike<number>, size: number): void {
  if (typeof indices !== 'object' || indices === null || !Number.isSafeInteger(indices.length) || indices.length < 0)
    throw new Error(`${name}: rows must be a list of integers, got ${showAny(indices)}`);
  checkHeld(name, 'rows', indices);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]!;
    if (!Number.isInteger(row) || row < 0 || row >= size)
      throw new Error(
        `${name}: ${size === 0 ? 'there are no rows' : `a row must be an integer from 0 to ${size - 1}`}, got ${showAny(row)}`,
      );
  }
}

const ofNumbers = /^\[object (?:(?:Int|Uint)(?:8|16|32)|Uint8Clamped|Float(?:16|32|64))Array\]$/;

/**
 * Throws unless a column has a typed array `data` of numbers, a `shape` of as many elements, and a
 * finite `scale`, if any; `part` names the column in the error.
 */
export function checkColumn(name: string, part: string, column: Column): void {
  if (!isObject(column))
    throw new Error(`${name}: the column ${part} must be an object with data and shape, got ${showAny(column)}`);
  const { data, shape, scale = 1 } = column;
  if (!ofNumbers.test(Object.prototype.toString.call(data)))
    throw new Error(`${name}: the data of ${part} must be a typed array of numbers, got ${showAny(data)}`);
  checkHeld(name, `the data of ${part}`, data);
  checkShape(name, shape);
  if (sizeOf(shape) !== data.length)
    throw new Error(`${name}: ${data.length} numbers of ${part} cannot have shape ${show(shape)}`);
  checkNumber(name, `the scale of ${part}`, scale);
}

/**
 * Returns the number of examples, the first size of each shape. Throws unless there is at least one
 * column, each is valid, and all have the same number of examples.
 */
export function checkColumns(name: string, columns: Columns): number {
  checkObject(name, 'columns', 'data and shapes', columns);
  const entries = Object.entries(columns);
  const [first] = entries;
  if (!first) throw new Error(`${name}: at least one column is needed, got none`);
  for (const [part, column] of entries) checkColumn(name, part, column);
  const [n] = first[1].shape;
  for (const [part, { shape }] of entries) {
    if (shape.length === 0) throw new Error(`${name}: a column needs an axis of rows, got shape [] of ${part}`);
    if (shape[0] !== n)
      throw new Error(
        `${name}: columns must have as many rows as each other, got ${first[0]} ${show(first[1].shape)} and ${part} ${show(shape)}`,
      );
  }
  return n!;
}

/**
 * Returns the examples of a data set with these indices. Throws unless its `rows`, which a user may
 * have written, gives valid columns of as many examples as there are indices.
 */
export async function rowsFrom<Name extends string>(
  name: string,
  whole: Dataset<Name>,
  indices: ArrayLike<number>,
): Promise<Columns<Name>> {
  const columns = await whole.rows(indices);
  const n = checkColumns(name, columns);
  if (n !== indices.length)
    throw new Error(`${name}: a data set must give as many rows as it is asked for, ${indices.length}, got ${n}`);
  return columns;
}

/** Returns an array of n zeros. Throws if there is no memory for it. */
export function arrayFor<A extends NumberArray>(name: string, Kind: new (n: number) => A, n: number): A {
  try {
    return new Kind(n);
  } catch (error) {
    throw new Error(`${name}: ${n} numbers must fit in memory (${(error as Error).message}); ask for fewer`, {
      cause: error,
    });
  }
}
