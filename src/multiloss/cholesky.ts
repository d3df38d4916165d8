import type { Matrix } from './gramian.ts';
import { dot } from './linear.ts';

/** The Cholesky factor of the submatrix A[free, free]. Rows can be added and removed. */
export interface Factor {
  readonly free: readonly number[];
  /**
   * Adds row j and returns null. If the free rows span row j to within rounding, adds nothing and
   * returns the coefficients of row j in them.
   */
  add(j: number): number[] | null;
  remove(j: number): void;
  /** Solves A[free, free] x = b[free]. */
  solve(b: readonly number[]): number[];
}

/**
 * The factor, empty at first, of a symmetric positive semidefinite A whose entries are accurate to
 * `tolerance` times its diagonal.
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
      // Each later row is left with a larger residual, because fewer rows precede it.
      for (const i of after) {
        const [y, left] = across(i);
        push(i, y, Math.max(left, tolerance * A[i]![i]!));
      }
    },
    solve: (b) => backward(forward(free.map((i) => b[i]!))),
  };
}

/**
 * Solves A x = b for a symmetric positive definite A. Returns null if A is not positive definite.
 */
export function solvePositive(A: Matrix, b: readonly number[]): number[] | null {
  const factor = factorOf(A, 0);
  return b.every((_, i) => factor.add(i) === null) ? factor.solve(b) : null;
}
