import type { Matrix } from './gramian.ts';
import { form, sumOf } from './linear.ts';
import { nonnegativeLeastSquares } from './nnls.ts';

/**
 * Returns the v ≥ 0 with bᵀv near 1 that minimises ‖Uᵀv‖, where the rows of U are unit gradients
 * with cosines C. It minimises ‖Uᵀv‖² + (bᵀv − 1)² instead. Both problems have the same solution up
 * to a factor, because the best multiple of a v with bᵀv = 1 costs ‖Uᵀv‖²/(1 + ‖Uᵀv‖²), which
 * increases with ‖Uᵀv‖.
 */
export const shortest = (C: Matrix, b: readonly number[], tolerance: number): number[] =>
  nonnegativeLeastSquares(
    C.map((row, i) => row.map((x, j) => x + b[i]! * b[j]!)),
    b,
    tolerance,
  );

/**
 * Returns weights v ≥ 0, v ≠ 0 for which the sum Uᵀv of unit gradients vanishes to within rounding;
 * C holds their cosines. Returns null if there are none: then some direction improves every loss.
 * If a gradient is zero, returns weight 1 for it and 0 for all others.
 */
export function vanishing(C: Matrix, tolerance: number): number[] | null {
  const none = C.findIndex((row, i) => row[i] === 0);
  if (none >= 0) return C.map((_, i) => (i === none ? 1 : 0));
  const v = shortest(
    C,
    C.map(() => 1),
    tolerance,
  );
  return form(C, v) <= tolerance * sumOf(v) ** 2 ? v : null;
}
