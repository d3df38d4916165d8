import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { full } from '../../tensor/create.ts';
import { hugeWeights } from '../hugeWeights.ts';
import { cosines } from '../linear.ts';
import { balance } from '../newton.ts';
import { weightedRule, type Rule } from '../rule.ts';
import { vanishing } from '../vanishing.ts';

const { weights, merge } = hugeWeights('fairGrad', (G, eps, [alpha]) => {
  if (alpha === 0) return G.map(() => 1 / G.length);
  const { C, norms } = cosines(G);
  if (vanishing(C, G.length * eps)) return G.map(() => 0);
  const s = 1 / alpha!;
  // If all gradients are multiplied by t, x is multiplied by t^{−2/(1+s)}.
  const t = Math.max(...norms);
  return balance(
    G.map((row) => row.map((x) => x / t ** 2)),
    s,
  ).map((x) => x * t ** (-2 / (1 + s)));
});

/**
 * Returns the merge rule FairGrad (Ban and Ji 2024): Σ x_i g_i with x > 0 and Gx = x^{−1/α}, for
 * the Gramian G_ij = ⟨g_i, g_j⟩. This is the α-fair division of progress (Gx)_i among the losses: α
 * = 1, the default, is proportionally fair, a large `alpha` approaches max–min fairness, and α = 0
 * is the mean. For α > 0 the result is 0 if a nonnegative combination of the gradients vanishes, as
 * when one is zero, because no direction then improves every loss. Throws if alpha is negative.
 */
export function fairGrad(options: { readonly alpha?: number } = {}): Rule {
  const { alpha = 1 } = checkOptions('fairGrad', options, ['alpha']);
  if (typeof alpha !== 'number' || !(alpha >= 0))
    throw new Error(`fairGrad: alpha must not be negative, got ${showAny(alpha)}`);
  const given = full([1], alpha);
  return weightedRule('fairGrad', (parts) => weights(parts, given), { merge: (g) => merge(g, given) });
}
