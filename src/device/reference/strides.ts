import { sizeOf, type HostArray, type Shape } from '../../graph/node.ts';

/** Arrays of the reference device, read by strides. */

/** Returns the distance between adjacent elements along each axis, in row-major order. */
export const strides = (shape: Shape): number[] => {
  const out = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) out[i] = out[i + 1]! * shape[i + 1]!;
  return out;
};

/**
 * Calls f for each index of `shape`, in row-major order, with offset + Σ index_d · by_d and the
 * number of the call.
 */
export function walk(shape: Shape, by: readonly number[], offset: number, f: (from: number, at: number) => void): void {
  const index = shape.map(() => 0);
  const last = shape.length - 1;
  const [length, step] = last < 0 ? [1, 0] : [shape[last]!, by[last]!];
  const n = sizeOf(shape);
  let from = offset;
  for (let at = 0; at < n; at += length) {
    for (let k = 0; k < length; k++) f(from + k * step, at + k);
    for (let d = last - 1; d >= 0; d--) {
      from += by[d]!;
      if (++index[d]! < shape[d]!) break;
      from -= by[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}

/** Returns an array of `shape` whose elements are those of x at offset + Σ index_d · by_d. */
export function view(x: HostArray, shape: Shape, by: readonly number[], offset = 0): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  walk(shape, by, offset, (from, at) => (out[at] = x[from]!));
  return out;
}

/**
 * Returns the strides with which an array of `shape` is read if its axes of size 1 are repeated.
 */
export const repeated = (shape: Shape): number[] => strides(shape).map((s, d) => (shape[d] === 1 ? 0 : s));
