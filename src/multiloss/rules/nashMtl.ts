import { gramianMerge } from '../gramian.ts';
import { cosines } from '../linear.ts';
import { balance } from '../newton.ts';
import { ruleOf, type Rule } from '../rule.ts';
import { isStationary } from '../stationary.ts';

const merge = gramianMerge('nashMtl', (G, eps) => {
  if (isStationary(G, eps)) return G.map(() => 0);
  const { C, norms } = cosines(G);
  // ‖Jᵀα‖² = Σ α_i (Gα)_i is the number of losses, whatever the gradients.
  return balance(C, 1).map((x, i) => x / norms[i]! / Math.sqrt(G.length));
});

/**
 * Nash-MTL (Navon et al. 2022): the bargaining solution Gα = 1/α, exact, as a direction of norm 1. Zero where a weighted sum of the
 * gradients vanishes, since there is nothing to bargain for.
 */
export const nashMtl = (): Rule => ruleOf('nashMtl', (g) => merge(g));
