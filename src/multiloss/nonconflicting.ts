import type { Matrix } from './gramian.ts';
import { diagonal, times } from './linear.ts';
import { nonnegativeLeastSquares } from './nnls.ts';

/**
 * The weights v ≥ u that make ‖Jᵀv‖ least: the projection of Jᵀu onto the cone of directions with no negative inner product with
 * any gradient.
 */
export function nonconflicting(G: Matrix, u: readonly number[]): number[] {
  const scale = Math.max(...diagonal(G)) || 1;
  const Q = G.map((row) => row.map((x) => x / scale));
  const more = nonnegativeLeastSquares(
    Q,
    times(Q, u).map((x) => -x),
  );
  return u.map((x, i) => x + more[i]!);
}
