/**
 * A value, how far float32 may be from it, and which computed number it is a copy of: equal origins
 * are equal numbers.
 */
export interface Bounded {
  readonly value: Float64Array;
  readonly error: Float64Array;
  readonly origin: Float64Array;
}

/** Correctly rounded arithmetic (cpu, webasm), or what WGSL and GLSL ask of a shader. */
export type Arithmetic = 'ieee' | 'shader';

/** The distance of 1 from the next float32. */
export const ulp = 2 ** -23;

/** Anything below this may count as 0. */
export const smallest = 2 ** -126;

/**
 * What `n` additions or multiplications, in any order, add to the error of a result whose terms
 * have this sum of sizes.
 */
export const rounded = (arithmetic: Arithmetic, n: number, size: number): number =>
  n === 0 ? 0 : (arithmetic === 'ieee' ? 0.51 : 1.01) * n * ulp * size + n * smallest;
