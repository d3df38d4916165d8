import type { Matrix } from './gramian.ts';
import { cosines, times } from './linear.ts';
import { nonnegativeLeastSquares } from './nnls.ts';

/**
 * For each u of `us`, returns the weights v ≥ u that minimise ‖Jᵀv‖, where the rows of J are the
 * gradients and G = J Jᵀ. Jᵀv is the projection of Jᵀu onto the cone of directions that have no
 * negative inner product with any gradient. The problem is solved for unit gradients, so that short
 * gradients count like long ones.
 */
export function nonconflicting(G: Matrix, eps: number, us: readonly (readonly number[])[]): number[][] {
  const { C, norms } = cosines(G);
  return us.map((u) => {
    const slopes = times(
      C,
      u.map((x, i) => x * norms[i]!),
    );
    const more = nonnegativeLeastSquares(
      C,
      slopes.map((x) => -x),
      G.length * eps,
    );
    return u.map((x, i) => x + (norms[i]! > 0 ? more[i]! / norms[i]! : 0));
  });
}
