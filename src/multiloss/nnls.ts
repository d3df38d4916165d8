import { factorOf } from './cholesky.ts';
import type { Matrix } from './gramian.ts';
import { dot } from './linear.ts';

/**
 * Returns the index of the least ratio v_i/d_i among positive d_i: the entry that first reaches 0
 * as v moves along −d. Returns −1 if no d_i is positive.
 */
function firstToVanish(v: readonly number[], d: readonly number[]): number {
  let first = -1;
  d.forEach((x, i) => {
    if (x > 0 && (first < 0 || v[i]! / x < v[first]! / d[first]!)) first = i;
  });
  return first;
}

/**
 * Returns the v ≥ 0 that minimises ½ vᵀQv − bᵀv. The active-set method of Lawson and Hanson (1974)
 * ends at the exact point after finitely many steps. Q is positive semidefinite with rounding
 * errors of `tolerance` times its diagonal. Among linearly dependent columns the most useful stay
 * free. If there is no minimum, directions along which the objective falls without end are ignored.
 */
export function nonnegativeLeastSquares(Q: Matrix, b: readonly number[], tolerance: number): number[] {
  const v: number[] = b.map(() => 0);
  const factor = factorOf(Q, tolerance);
  const { free } = factor;
  const least = tolerance * Math.max(...b.map(Math.abs), 1e-300);
  /** Returns the free entries of v. */
  const here = (): number[] => free.map((i) => v[i]!);
  /**
   * Moves the free entries of v from `now` along `move` until entry `out` reaches 0, and removes
   * that entry from the free ones.
   */
  const go = (now: readonly number[], move: readonly number[], out: number): void => {
    const length = now[out]! / -move[out]!;
    const gone = free[out]!;
    free.forEach((i, at) => (v[i] = Math.max(0, now[at]! + length * move[at]!)));
    v[gone] = 0;
    factor.remove(gone);
  };
  /**
   * Adds j to the free entries, those that may be positive, and returns true. Returns false and
   * leaves them as they were if that would not lower the objective.
   */
  const enter = (j: number): boolean => {
    const share = factor.add(j);
    if (!share) {
      if (factor.solve(b).at(-1)! > 0) return true;
      factor.remove(j);
      return false;
    }
    // Column j depends on the free columns: if v_j grows, and the free entries shrink by v_j times
    // their coefficients in `share`, only bᵀv changes.
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
