import type { Matrix } from './gramian.ts';
import { cosines, times } from './linear.ts';
import { nonnegativeLeastSquares } from './nnls.ts';

/**
 * The weights v ≥ u that make ‖Jᵀv‖ least: the projection of Jᵀu onto the cone of directions with no negative inner product with
 * any gradient. Worked out for unit gradients, so that small ones count like large ones.
 */
export function nonconflicting(G: Matrix, u: readonly number[]): number[] {
  const { C, norms } = cosines(G);
  const slopes = times(
    C,
    u.map((x, i) => x * norms[i]!),
  );
  const more = nonnegativeLeastSquares(
    C,
    slopes.map((x) => -x),
  );
  return u.map((x, i) => x + (norms[i]! > 0 ? more[i]! / norms[i]! : 0));
}
