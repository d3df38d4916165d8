import { sizeOf } from '../../graph/node.ts';
import { show, showAny } from '../../graph/shape.ts';
import type { NumberArray } from '../dataset.ts';

/** What is wrong with a file: its format and name, the place, what was expected there and what came. */
export const damaged = (format: string, name: string, offset: number, expected: string, got: string | number): Error =>
  new Error(`${format}: ${name} at byte ${offset}: expected ${expected}, got ${got}`);

export const hex = (n: number, digits = 8): string => `0x${n.toString(16).padStart(digits, '0')}`;

/** A file that is read from the front, every read checked against its end. */
export class Bytes {
  readonly format: string;
  readonly name: string;
  readonly data: Uint8Array;
  readonly #view: DataView;

  constructor(format: string, name: string, data: Uint8Array) {
    if (!(data instanceof Uint8Array))
      throw new Error(`${format}: ${name} must be a Uint8Array of bytes, got ${showAny(data)}`);
    this.format = format;
    this.name = name;
    this.data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get length(): number {
    return this.data.length;
  }

  wrong(offset: number, expected: string, got: string | number): Error {
    return damaged(this.format, this.name, offset, expected, got);
  }

  /** Throws unless `count` bytes of what is named follow at `offset`. */
  need(offset: number, count: number, what: string): void {
    if (offset + count > this.length)
      throw this.wrong(offset, `${count} bytes of ${what}`, `${Math.max(0, this.length - offset)}`);
  }

  slice(offset: number, count: number, what: string): Uint8Array {
    this.need(offset, count, what);
    return this.data.subarray(offset, offset + count);
  }

  uint(offset: number, bytes: 1 | 2 | 4, what: string, littleEndian = true): number {
    this.need(offset, bytes, what);
    if (bytes === 1) return this.#view.getUint8(offset);
    return bytes === 2 ? this.#view.getUint16(offset, littleEndian) : this.#view.getUint32(offset, littleEndian);
  }

  /** An unsigned 64-bit integer; one above 2⁵³ − 1 is taken for damage. */
  uint64(offset: number, what: string): number {
    this.need(offset, 8, what);
    const n = this.#view.getBigUint64(offset, true);
    if (n > BigInt(Number.MAX_SAFE_INTEGER)) throw this.wrong(offset, `${what} below 2^53`, String(n));
    return Number(n);
  }

  text(offset: number, count: number, what: string): string {
    return new TextDecoder('latin1').decode(this.slice(offset, count, what));
  }
}

type Kind = new (length: number) => NumberArray;

/** Readers of one number, by the letter and size that NumPy gives a type. */
const kinds: Readonly<Record<string, readonly [Kind, (view: DataView, at: number, little: boolean) => number]>> = {
  u1: [Uint8Array, (v, at) => v.getUint8(at)],
  i1: [Int8Array, (v, at) => v.getInt8(at)],
  b1: [Uint8Array, (v, at) => v.getUint8(at)],
  u2: [Uint16Array, (v, at, little) => v.getUint16(at, little)],
  i2: [Int16Array, (v, at, little) => v.getInt16(at, little)],
  u4: [Uint32Array, (v, at, little) => v.getUint32(at, little)],
  i4: [Int32Array, (v, at, little) => v.getInt32(at, little)],
  u8: [Float64Array, (v, at, little) => Number(v.getBigUint64(at, little))],
  i8: [Float64Array, (v, at, little) => Number(v.getBigInt64(at, little))],
  f2: [Float32Array, (v, at, little) => halfToNumber(v.getUint16(at, little))],
  f4: [Float32Array, (v, at, little) => v.getFloat32(at, little)],
  f8: [Float64Array, (v, at, little) => v.getFloat64(at, little)],
};

export const isNumberType = (type: string): boolean => type in kinds;

export const numberTypes: readonly string[] = Object.keys(kinds);

/** The numbers of a type, such as f4, at a place in a file. Integers of 64 bits become doubles and may not be larger than these can tell. */
export function numbersAt(file: Bytes, offset: number, count: number, type: string, little: boolean): NumberArray {
  const [Kind, read] = kinds[type]!;
  const large = type[1] === '8' && type[0] !== 'f';
  const size = Number(type[1]);
  const bytes = file.slice(offset, count * size, 'data');
  if (Kind === Uint8Array) return new Uint8Array(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Kind(count);
  for (let i = 0; i < count; i++) {
    const x = read(view, i * size, little);
    if (large && !Number.isSafeInteger(x)) throw file.wrong(offset + i * size, 'an integer between −2^53 and 2^53', x);
    out[i] = x;
  }
  return out;
}

/** The numbers from `offset` to the end, if they are as many as a shape has. */
export function numbersToEnd(
  file: Bytes,
  offset: number,
  shape: readonly number[],
  type: string,
  little: boolean,
): NumberArray {
  const count = sizeOf(shape);
  const needed = count * Number(type[1]);
  if (file.length - offset !== needed)
    throw file.wrong(offset, `${needed} bytes of data for shape ${show(shape)}`, file.length - offset);
  return numbersAt(file, offset, count, type, little);
}

/** A number of 1 sign bit, 5 of exponent and 10 of fraction (IEEE 754 binary16). */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
