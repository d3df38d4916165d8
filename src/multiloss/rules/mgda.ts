import { gramianWeights, type Solver } from '../gramian.ts';
import { cosines, sumOf } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';
import { shortest, vanishing } from '../vanishing.ts';

/**
 * Returns the weights w ≥ 0 with Σ w_i = 1 that minimise ‖Σ w_i g_i‖. The problem is solved for
 * unit gradients, with w_i ∝ v_i/n_i for norms n_i, so that short gradients are treated as
 * accurately as long ones.
 */
export const minNormWeights: Solver = (G, eps) => {
  const { C, norms } = cosines(G);
  const tolerance = G.length * eps;
  const least = Math.min(...norms);
  const nothing = vanishing(C, tolerance);
  const v =
    nothing ??
    shortest(
      C,
      norms.map((n) => least / n),
      tolerance,
    );
  // A zero lane is itself the point of least norm.
  const w = v.map((x, i) => (x === 0 ? 0 : least === 0 ? x : (x * least) / norms[i]!));
  const total = sumOf(w);
  return w.map((x) => x / total);
};

const weights = gramianWeights('mgda', minNormWeights);

/**
 * Returns the merge rule MGDA (Désidéri 2012; Sener and Koltun 2018): the point of least norm in
 * the convex hull of the gradients, computed exactly. It has a positive inner product with every
 * gradient, or is 0, as when one gradient is zero.
 */
export const mgda = (): Rule => weightedRule('mgda', (parts) => weights(parts));
