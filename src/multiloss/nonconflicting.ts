import type { Matrix } from './gramian.ts';
import { cosines, times } from './linear.ts';
import { nonnegativeLeastSquares } from './nnls.ts';

/**
 * The weights v ≥ u that make ‖Jᵀv‖ least, for several u: the projection of Jᵀu onto the cone of
 * directions with no negative inner product with any gradient. Worked out for unit gradients, so
 * that small ones count like large ones.
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
