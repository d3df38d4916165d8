import type { Matrix } from './gramian.ts';
import { form, sumOf } from './linear.ts';
import { nonnegativeLeastSquares } from './nnls.ts';

/**
 * The v ≥ 0 with bᵀv near 1 that makes ‖Uᵀv‖ least, for unit gradients with cosines C: it minimises
 * ‖Uᵀv‖² + (bᵀv − 1)², a multiple of what minimises ‖Uᵀv‖² at bᵀv = 1, since the best multiple
 * costs ‖Uᵀv‖²/(1 + ‖Uᵀv‖²), which grows with ‖Uᵀv‖.
 */
export const shortest = (C: Matrix, b: readonly number[], tolerance: number): number[] =>
  nonnegativeLeastSquares(
    C.map((row, i) => row.map((x, j) => x + b[i]! * b[j]!)),
    b,
    tolerance,
  );

/**
 * The v ≥ 0 of unit gradients, with cosines C, whose weighted sum vanishes to rounding; null if
 * there is none: a direction serves all.
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
