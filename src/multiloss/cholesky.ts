import type { Matrix } from './gramian.ts';
import { dot } from './linear.ts';

/**
 * The Cholesky factor L of the submatrix A[free, free] = L Lᵀ, where `free` lists row numbers of A.
 * Rows can be added and removed.
 */
export interface Factor {
  readonly free: readonly number[];
  /**
   * Adds row j to `free` and returns null. If row j depends on the free rows to within rounding,
   * adds nothing and returns the coefficients of row j in them.
   */
  add(j: number): number[] | null;
  /** Removes row j, which must be free. */
  remove(j: number): void;
  /** Returns the solution of A[free, free] x = b[free], in the order of `free`. */
  solve(b: readonly number[]): number[];
}

/**
 * Returns the factor, empty at first, of a symmetric positive semidefinite A. An entry of A has an
 * error of up to `tolerance` times its diagonal entries.
 */
export function factorOf(A: Matrix, tolerance: number): Factor {
  const free: number[] = [];
  const rows: number[][] = [];
  const forward = (b: readonly number[]): number[] => {
    const x = [...b];
    rows.forEach((row, i) => {
      for (let k = 0; k < i; k++) x[i]! -= row[k]! * x[k]!;
      x[i]! /= row[i]!;
    });
    return x;
  };
  const backward = (y: readonly number[]): number[] => {
    const x = [...y];
    for (let i = x.length - 1; i >= 0; i--) {
      for (let k = i + 1; k < x.length; k++) x[i]! -= rows[k]![i]! * x[k]!;
      x[i]! /= rows[i]![i]!;
    }
    return x;
  };
  const across = (j: number): [y: number[], left: number] => {
    const y = forward(free.map((i) => A[i]![j]!));
    return [y, A[j]![j]! - dot(y, y)];
  };
  const push = (j: number, y: readonly number[], left: number): void => {
    rows.push([...y, Math.sqrt(left)]);
    free.push(j);
  };
  return {
    free,
    add(j) {
      const [y, left] = across(j);
      if (!(left > tolerance * A[j]![j]!)) return backward(y);
      push(j, y, left);
      return null;
    },
    remove(j) {
      const at = free.indexOf(j);
      const after = free.splice(at).slice(1);
      rows.length = at;
      // The residual `left` of each later row grows, because fewer rows precede it.
      for (const i of after) {
        const [y, left] = across(i);
        push(i, y, Math.max(left, tolerance * A[i]![i]!));
      }
    },
    solve: (b) => backward(forward(free.map((i) => b[i]!))),
  };
}

/** Returns the solution of A x = b for a symmetric A, or null if A is not positive definite. */
export function solvePositive(A: Matrix, b: readonly number[]): number[] | null {
  const factor = factorOf(A, 0);
  return b.every((_, i) => factor.add(i) === null) ? factor.solve(b) : null;
}
