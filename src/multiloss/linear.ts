import type { Matrix } from './gramian.ts';

/** Returns the inner product Σ a_i b_i. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
/** Returns the product A x. */
export const times = (A: Matrix, x: readonly number[]): number[] => A.map((row) => dot(row, x));
/** Returns the quadratic form xᵀAx. */
export const form = (A: Matrix, x: readonly number[]): number => dot(x, times(A, x));
/** Returns Σ x_i. */
export const sumOf = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
/** Returns the diagonal of A. */
export const diagonal = (A: Matrix): number[] => A.map((row, i) => row[i]!);
/** Returns the matrix with entries s_i A_ij s_j. */
const scaleBoth = (A: Matrix, s: readonly number[]): number[][] =>
  A.map((row, i) => row.map((x, j) => x * s[i]! * s[j]!));
/**
 * Returns the cosines C of the lanes and their norms, from their Gramian. A zero lane has cosine 0
 * with every lane, also with itself.
 */
export function cosines(G: Matrix): { C: number[][]; norms: number[] } {
  const norms = diagonal(G).map(Math.sqrt);
  return {
    C: scaleBoth(
      G,
      norms.map((n) => (n > 0 ? 1 / n : 0)),
    ),
    norms,
  };
}
