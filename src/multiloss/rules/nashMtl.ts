import { hugeWeights } from '../hugeWeights.ts';
import { cosines } from '../linear.ts';
import { balance } from '../newton.ts';
import { weightedRule, type Rule } from '../rule.ts';
import { vanishing } from '../vanishing.ts';

const { weights, merge } = hugeWeights('nashMtl', (G, eps) => {
  const { C, norms } = cosines(G);
  if (vanishing(C, G.length * eps)) return G.map(() => 0);
  // ‖Jᵀα‖² = Σ α_i (Gα)_i is the number of losses, whatever the gradients.
  return balance(C, 1).map((x, i) => x / norms[i]! / Math.sqrt(G.length));
});

/**
 * Nash-MTL (Navon et al. 2022): the bargaining solution Gα = 1/α, exact, as a direction of norm 1.
 * Zero where a weighted sum of the gradients vanishes, since there is nothing to bargain for.
 */
export const nashMtl = (): Rule => weightedRule('nashMtl', (parts) => weights(parts), { merge: (g) => merge(g) });
