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
 * Returns the merge rule Nash-MTL (Navon et al. 2022): Σ α_i g_i with the Nash bargaining solution
 * α > 0, Gα = 1/α, for the Gramian G_ij = ⟨g_i, g_j⟩. It is solved exactly, and the result is
 * scaled to norm 1. It is 0 if a nonnegative combination of the gradients vanishes, as when one is
 * zero, because no direction then improves every loss.
 */
export const nashMtl = (): Rule => weightedRule('nashMtl', (parts) => weights(parts), { merge: (g) => merge(g) });
