import { factorOf } from './cholesky.ts';
import type { Matrix } from './gramian.ts';
import { dot } from './linear.ts';

/** Where v_i/d_i is least among the positive d_i; −1 if there are none. */
function firstToVanish(v: readonly number[], d: readonly number[]): number {
  let first = -1;
  d.forEach((x, i) => {
    if (x > 0 && (first < 0 || v[i]! / x < v[first]! / d[first]!)) first = i;
  });
  return first;
}

/**
 * The v ≥ 0 that minimises ½ vᵀQv − bᵀv, for a positive semidefinite Q whose rounding is
 * `tolerance` of its diagonal: the active-set method of Lawson and Hanson (1974), which ends after
 * finitely many steps at the exact point. Of columns that depend on each other those stay that
 * serve best; where there is no least value, the directions without end are left alone.
 */
export function nonnegativeLeastSquares(Q: Matrix, b: readonly number[], tolerance: number): number[] {
  const v: number[] = b.map(() => 0);
  const factor = factorOf(Q, tolerance);
  const { free } = factor;
  const least = tolerance * Math.max(...b.map(Math.abs), 1e-300);
  const here = (): number[] => free.map((i) => v[i]!);
  /** Goes along `move` from v until the first number vanishes, which leaves. */
  const go = (now: readonly number[], move: readonly number[], out: number): void => {
    const length = now[out]! / -move[out]!;
    const gone = free[out]!;
    free.forEach((i, at) => (v[i] = Math.max(0, now[at]! + length * move[at]!)));
    v[gone] = 0;
    factor.remove(gone);
  };
  /** Takes j among the free ones; false if that brings nothing. */
  const enter = (j: number): boolean => {
    const share = factor.add(j);
    if (!share) {
      if (factor.solve(b).at(-1)! > 0) return true;
      factor.remove(j);
      return false;
    }
    // Where v_j grows and its share of the others shrinks, only bᵀv changes.
    const now = here();
    const out = firstToVanish(now, share);
    if (out < 0) return false;
    const gone = free[out]!;
    const before = [...free];
    factor.remove(gone);
    if (factor.add(j)) {
      factor.add(gone);
      return false;
    }
    const length = now[out]! / share[out]!;
    before.forEach((i, at) => (v[i] = Math.max(0, now[at]! - length * share[at]!)));
    [v[gone], v[j]] = [0, length];
    return true;
  };
  for (let step = 0; step < 30 * v.length + 100; step++) {
    const slopes = b.map((x, j) => (free.includes(j) ? 0 : x - dot(Q[j]!, v)));
    for (let entered = false; !entered;) {
      const steepest = slopes.indexOf(Math.max(...slopes));
      if (!(slopes[steepest]! > least)) return v;
      entered = enter(steepest);
      slopes[steepest] = 0;
    }
    let target = factor.solve(b);
    while (!target.every((t) => t > 0)) {
      const now = here();
      const fall = target.map((t, at) => (t > 0 ? 0 : now[at]! - t));
      const out = firstToVanish(now, fall);
      if (out < 0) break;
      go(
        now,
        target.map((t, at) => t - now[at]!),
        out,
      );
      target = factor.solve(b);
    }
    free.forEach((i, at) => (v[i] = Math.max(0, target[at]!)));
  }
  return v;
}
