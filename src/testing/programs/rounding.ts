/**
 * The values of a node, a bound on float32's error for each, and for each its origin. Elements with
 * equal origins are copies of one computed number.
 */
export interface Bounded {
  readonly value: Float64Array;
  readonly error: Float64Array;
  readonly origin: Float64Array;
}

/**
 * Correctly rounded arithmetic (cpu, webasm), or the accuracy that WGSL and GLSL require of a
 * shader.
 */
export type Arithmetic = 'ieee' | 'shader';

/** The distance from 1 to the next float32. */
export const ulp = 2 ** -23;

/** The smallest normal float32; anything below may be flushed to 0. */
export const smallest = 2 ** -126;

/**
 * The rounding error of n additions or multiplications in any order, for a result whose terms have
 * absolute values of sum `size`.
 */
export const rounded = (arithmetic: Arithmetic, n: number, size: number): number =>
  n === 0 ? 0 : (arithmetic === 'ieee' ? 0.51 : 1.01) * n * ulp * size + n * smallest;
