import { hugeWeights } from '../hugeWeights.ts';
import { cosines } from '../linear.ts';
import { balance } from '../newton.ts';
import { weightedRule, type Rule } from '../rule.ts';
import { vanishing } from '../vanishing.ts';

const { weights, merge } = hugeWeights('nashMtl', (G, eps) => {
  const { C, norms } = cosines(G);
  if (vanishing(C, G.length * eps)) return G.map(() => 0);
  // ‖Jᵀα‖² = Σ α_i (Gα)_i equals the number of losses for all gradients.
  return balance(C, 1).map((x, i) => x / norms[i]! / Math.sqrt(G.length));
});

/**
 * Nash-MTL (Navon et al. 2022): the Nash bargaining solution Gα = 1/α, solved exactly and scaled to
 * norm 1. It is zero where a nonnegative combination of the gradients vanishes, because no
 * direction then improves every loss.
 */
export const nashMtl = (): Rule => weightedRule('nashMtl', (parts) => weights(parts), { merge: (g) => merge(g) });
