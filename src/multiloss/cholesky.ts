import type { Matrix } from './gramian.ts';
import { dot } from './linear.ts';

/** Cholesky's factor of the rows and columns of a matrix that are `free`; these come and go. */
export interface Factor {
  readonly free: readonly number[];
  /** Adds row j, unless those that are there span it to rounding: then gives what it is of them. */
  add(j: number): number[] | null;
  remove(j: number): void;
  /** The x of the free rows with A x = b. */
  solve(b: readonly number[]): number[];
}

/**
 * The factor, at first of nothing, of a symmetric positive semidefinite A whose rounding is
 * `tolerance` of its diagonal.
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
      // With fewer rows before it, more is left of each.
      for (const i of after) {
        const [y, left] = across(i);
        push(i, y, Math.max(left, tolerance * A[i]![i]!));
      }
    },
    solve: (b) => backward(forward(free.map((i) => b[i]!))),
  };
}

/** Solves A x = b for a symmetric positive definite A; null if it is not. */
export function solvePositive(A: Matrix, b: readonly number[]): number[] | null {
  const factor = factorOf(A, 0);
  return b.every((_, i) => factor.add(i) === null) ? factor.solve(b) : null;
}
