import { sizeOf } from '../../graph/node.ts';
import { show } from '../../graph/shape.ts';
import type { NumberArray } from '../dataset.ts';
import type { Source } from './source.ts';

type Read = (view: DataView, at: number, little: boolean) => number;

/** A numeric type: its size, its array type, and the function that reads it from a file. */
interface NumberType {
  readonly bytes: number;
  readonly Kind: new (length: number) => NumberArray;
  readonly read: Read;
  /** True if a value may be an integer that a double cannot hold. */
  readonly large?: boolean;
}

/** The numeric types, by NumPy's letter and size. */
const types: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ['u1', { bytes: 1, Kind: Uint8Array, read: (v, at) => v.getUint8(at) }],
  ['i1', { bytes: 1, Kind: Int8Array, read: (v, at) => v.getInt8(at) }],
  ['b1', { bytes: 1, Kind: Uint8Array, read: (v, at) => v.getUint8(at) }],
  ['u2', { bytes: 2, Kind: Uint16Array, read: (v, at, little) => v.getUint16(at, little) }],
  ['i2', { bytes: 2, Kind: Int16Array, read: (v, at, little) => v.getInt16(at, little) }],
  ['u4', { bytes: 4, Kind: Uint32Array, read: (v, at, little) => v.getUint32(at, little) }],
  ['i4', { bytes: 4, Kind: Int32Array, read: (v, at, little) => v.getInt32(at, little) }],
  ['u8', { bytes: 8, Kind: Float64Array, read: (v, at, little) => Number(v.getBigUint64(at, little)), large: true }],
  ['i8', { bytes: 8, Kind: Float64Array, read: (v, at, little) => Number(v.getBigInt64(at, little)), large: true }],
  ['bf', { bytes: 2, Kind: Float32Array, read: (v, at, little) => upperHalf(v.getUint16(at, little)) }],
  ['f2', { bytes: 2, Kind: Float32Array, read: (v, at, little) => halfToNumber(v.getUint16(at, little)) }],
  ['f4', { bytes: 4, Kind: Float32Array, read: (v, at, little) => v.getFloat32(at, little) }],
  ['f8', { bytes: 8, Kind: Float64Array, read: (v, at, little) => v.getFloat64(at, little) }],
]);

/** Returns the number of bytes of an element of a type such as f4. */
export const bytesOf = (name: string): number => types.get(name)!.bytes;

/** The number of elements read at once. */
const block = 8192;

/** Returns an array of `count` zeros. Throws a clear error if there is not enough memory. */
function room(source: Source, Kind: NumberType['Kind'], count: number): NumberArray {
  try {
    return new Kind(count);
  } catch (error) {
    throw source.wrong(source.offset, `numbers that fit in memory (${(error as Error).message})`, count);
  }
}

/**
 * Reads the next `count` elements of a type such as f4, in little-endian or big-endian order.
 * 64-bit integers become doubles. Throws if one is beyond ±(2⁵³ − 1), or if elements are missing;
 * `expected` says what the error expects.
 */
export function numbersOf(source: Source, count: number, name: string, little: boolean, expected: string): NumberArray {
  const { bytes, Kind, read, large } = types.get(name)!;
  const first = source.offset;
  const out = room(source, Kind, count);
  for (let start = 0; start < count; start += block) {
    const n = Math.min(block, count - start);
    const at = source.offset;
    const data = source.upTo(n * bytes);
    if (data.length < n * bytes) throw source.wrong(first, expected, source.offset - first);
    if (out instanceof Uint8Array) {
      out.set(data, start);
      continue;
    }
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < n; i++) {
      const x = read(view, i * bytes, little);
      if (large && !Number.isSafeInteger(x)) throw source.wrong(at + i * bytes, 'an integer between −2^53 and 2^53', x);
      out[start + i] = x;
    }
  }
  return out;
}

/**
 * Reads all remaining bytes as the elements of a shape. Throws unless there are exactly as many.
 */
export function numbersToEnd(source: Source, shape: readonly number[], name: string, little: boolean): NumberArray {
  const count = sizeOf(shape);
  const start = source.offset;
  const expected = `${count * bytesOf(name)} bytes of data for shape ${show(shape)}`;
  source.needRest(count * bytesOf(name), expected);
  const numbers = numbersOf(source, count, name, little, expected);
  if (!source.ended()) throw source.wrong(start, expected, 'more');
  return numbers;
}

/**
 * Returns the value of a half-precision number: 1 sign bit, 5 bits of exponent, 10 of fraction
 * (IEEE 754 binary16).
 */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** Returns the value of a bfloat16 number, the upper 16 bits of a float32. */
function upperHalf(bits: number): number {
  scratch.setUint16(0, bits);
  return scratch.getFloat32(0);
}
