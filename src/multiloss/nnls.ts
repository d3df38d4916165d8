import type { Matrix } from './gramian.ts';
import { dot } from './linear.ts';

/** Solves A x = b for a symmetric positive definite A by Cholesky's factors; null if it is singular to rounding. */
export function solvePositive(A: Matrix, b: readonly number[], tolerance = 1e-13): number[] | null {
  const n = b.length;
  const L: number[][] = [];
  for (let i = 0; i < n; i++) {
    L.push([]);
    for (let j = 0; j <= i; j++) {
      let s = A[i]![j]!;
      for (let k = 0; k < j; k++) s -= L[i]![k]! * L[j]![k]!;
      if (i === j && !(s > tolerance * A[i]![i]!)) return null;
      L[i]!.push(i === j ? Math.sqrt(s) : s / L[j]![j]!);
    }
  }
  const x = [...b];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= L[i]![k]! * x[k]!;
    x[i]! /= L[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= L[k]![i]! * x[k]!;
    x[i]! /= L[i]![i]!;
  }
  return x;
}

/**
 * The v ≥ 0 that minimises ½ vᵀQv − bᵀv, Q positive semidefinite and b in its range: the active-set method of Lawson and Hanson (1974),
 * which ends after finitely many steps at the exact point.
 */
export function nonnegativeLeastSquares(Q: Matrix, b: readonly number[]): number[] {
  const n = b.length;
  const v: number[] = b.map(() => 0);
  const free: number[] = [];
  const least = 1e-13 * Math.max(...b.map(Math.abs), 1e-300);
  const solve = (): number[] | null =>
    solvePositive(
      free.map((i) => free.map((j) => Q[i]![j]!)),
      free.map((i) => b[i]!),
    );
  for (let step = 0; step < 30 * n + 100; step++) {
    const slopes = b.map((x, j) => (free.includes(j) ? 0 : x - dot(Q[j]!, v)));
    let target: number[] | null = null;
    while (!target) {
      const steepest = slopes.indexOf(Math.max(...slopes));
      if (!(slopes[steepest]! > least)) return v;
      free.push(steepest);
      target = solve();
      if (target && target.at(-1)! > 0) break;
      // What the free ones already span, or what would turn back at once, brings nothing.
      free.pop();
      slopes[steepest] = 0;
      target = null;
    }
    while (target && !target.every((t) => t > 0)) {
      const now: readonly number[] = target;
      const steps = free.map((i, at) => (now[at]! > 0 ? 1 : v[i]! / (v[i]! - now[at]!)));
      const length = Math.min(...steps);
      free.forEach((i, at) => (v[i]! += length * (now[at]! - v[i]!)));
      for (let at = free.length - 1; at >= 0; at--)
        if (now[at]! <= 0 && (steps[at] === length || v[free[at]!]! <= 0)) v[free.splice(at, 1)[0]!] = 0;
      target = solve();
    }
    if (!target) return v;
    free.forEach((i, at) => (v[i] = target[at]!));
  }
  return v;
}
