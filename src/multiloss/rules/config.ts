import { checkOptions } from '../../graph/options.ts';
import { pseudoInverse } from '../eigen.ts';
import { gramianWeights } from '../gramian.ts';
import { cosines, dot, form, times } from '../linear.ts';
import { checkPreference, type PreferenceOption } from '../preference.ts';
import { ones, tensor } from '../../tensor/create.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('config', (G, eps, preference) => {
  const { C, norms } = cosines(G);
  const p = Array.from(preference!);
  const v = pseudoInverse(C, p, eps);
  const length = Math.sqrt(Math.max(0, form(C, v)));
  // Where opposing gradients cancel, only rounding is left, and it has no meaningful direction.
  if (length ** 2 <= G.length * eps * dot(p, p)) return v.map(() => 0);
  const progress = dot(norms, times(C, v)) / length;
  return v.map((x, i) => (norms[i]! > 0 ? (progress * x) / (length * norms[i]!) : 0));
});

/**
 * Returns the merge rule ConFIG (Liu et al. 2024). Its direction d ∝ U⁺p, for the matrix U of unit
 * gradients, has the same cosine with every gradient, or cosines in the proportions of the
 * preference p if one is given. Its length is Σ ⟨g_i, d/‖d‖⟩. A zero gradient is left out, and
 * where gradients cancel, the result is 0. Throws if a preference is negative or not finite.
 */
export function config(options: PreferenceOption = {}): Rule {
  const { preference } = checkOptions('config', options, ['preference']);
  const check = checkPreference('config', preference);
  return weightedRule(
    'config',
    (parts) => weights(parts, preference ? tensor(preference) : ones([parts[0]!.shape[0]!])),
    { check },
  );
}
