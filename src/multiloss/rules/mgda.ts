import { gramianWeights, weighted, type Solver } from '../gramian.ts';
import { nonnegativeLeastSquares } from '../nnls.ts';
import { ruleOf, type Rule } from '../rule.ts';

/**
 * min ‖Jᵀw‖² over the simplex. The v ≥ 0 that minimises ‖Jᵀv‖² + (Σv − 1)² is a multiple of w, since at each w the best
 * multiple costs ‖Jᵀw‖²/(1 + ‖Jᵀw‖²), which grows with ‖Jᵀw‖.
 */
export const minNormWeights: Solver = (G) => {
  const scale = Math.max(...G.map((row, i) => row[i]!)) || 1;
  const Q = G.map((row) => row.map((x) => x / scale + 1));
  const v = nonnegativeLeastSquares(
    Q,
    G.map(() => 1),
  );
  const total = v.reduce((a, b) => a + b, 0);
  return v.map((x) => x / total);
};

const weights = gramianWeights('mgda', minNormWeights);

/**
 * The point of least norm in the convex hull of the gradients (Désidéri 2012; Sener and Koltun 2018), exact: a descent direction
 * for every loss, or zero.
 */
export const mgda = (): Rule => ruleOf('mgda', weighted(weights));
