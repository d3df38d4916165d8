import { gramianWeights, type Solver } from '../gramian.ts';
import { cosines, sumOf } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';
import { shortest, vanishing } from '../vanishing.ts';

/**
 * Minimises ‖Jᵀw‖² over the simplex. The problem is solved for unit gradients, w_i ∝ v_i/n_i, so
 * that short gradients are treated as accurately as long ones.
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
 * MGDA: the point of least norm in the convex hull of the gradients (Désidéri 2012; Sener and
 * Koltun 2018), computed exactly. It is a descent direction for every loss, or zero.
 */
export const mgda = (): Rule => weightedRule('mgda', (parts) => weights(parts));
