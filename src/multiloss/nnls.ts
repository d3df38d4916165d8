import type { Matrix } from './gramian.ts';

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
  const v = b.map(() => 0);
  const free: number[] = [];
  const scale = Math.max(...b.map(Math.abs), 1e-300);
  const slope = (j: number): number => b[j]! - Q[j]!.reduce((s, q, i) => s + q * v[i]!, 0);
  const solve = (set: readonly number[]): number[] | null =>
    solvePositive(
      set.map((i) => set.map((j) => Q[i]![j]!)),
      set.map((i) => b[i]!),
    );
  for (let step = 0; step < 30 * n + 100; step++) {
    const candidates = b
      .map((_, j) => j)
      .filter((j) => !free.includes(j) && slope(j) > 1e-13 * scale)
      .sort((i, j) => slope(j) - slope(i));
    // A direction that the free ones already span, or that would turn back at once, brings nothing.
    const entering = candidates.find((j) => (solve([...free, j])?.at(-1) ?? 0) > 0);
    if (entering === undefined) return v;
    free.push(entering);
    for (;;) {
      const target = solve(free);
      if (!target) {
        free.pop();
        break;
      }
      if (target.every((t) => t > 0)) {
        free.forEach((i, at) => (v[i] = target[at]!));
        break;
      }
      const steps = free.map((i, at) => (target[at]! > 0 ? 1 : v[i]! / (v[i]! - target[at]!)));
      const least = Math.min(...steps);
      free.forEach((i, at) => (v[i]! += least * (target[at]! - v[i]!)));
      for (let at = free.length - 1; at >= 0; at--)
        if (steps[at] === least || v[free[at]!]! <= 0) v[free.splice(at, 1)[0]!] = 0;
    }
  }
  return v;
}
