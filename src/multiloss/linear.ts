import type { Matrix } from './gramian.ts';

/** The inner product Σ a_i b_i. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
/** The product of a matrix and a vector, A x. */
export const times = (A: Matrix, x: readonly number[]): number[] => A.map((row) => dot(row, x));
/** The quadratic form xᵀAx. */
export const form = (A: Matrix, x: readonly number[]): number => dot(x, times(A, x));
export const sumOf = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);
export const diagonal = (A: Matrix): number[] => A.map((row, i) => row[i]!);
/** Scales A by s on both sides: entry A_ij is multiplied by s_i s_j. */
const scaleBoth = (A: Matrix, s: readonly number[]): number[][] =>
  A.map((row, i) => row.map((x, j) => x * s[i]! * s[j]!));
/** The cosines of the lanes and their norms. A zero lane has cosine 0 with every lane. */
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
