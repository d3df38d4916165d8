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
  // Opposing gradients cancel out to rounding, which has no direction.
  if (length ** 2 <= G.length * eps * dot(p, p)) return v.map(() => 0);
  const progress = dot(norms, times(C, v)) / length;
  return v.map((x, i) => (norms[i]! > 0 ? (progress * x) / (length * norms[i]!) : 0));
});

/**
 * ConFIG (Liu et al. 2024): the direction with one cosine to every gradient (or cosines in the
 * preference's proportions), d ∝ U⁺p for the unit gradients U, as long as the gradients'
 * projections on it together, Σ ⟨g_i, d⟩.
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
