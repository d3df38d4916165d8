import { checkOptions } from '../../graph/options.ts';
import { combine } from '../combine.ts';
import { pseudoInverse } from '../eigen.ts';
import { gramianWeights } from '../gramian.ts';
import { cosines, dot, form, times } from '../linear.ts';
import { checkPreference, type PreferenceOption } from '../preference.ts';
import { ones, tensor } from '../../tensor/create.ts';
import { ruleOf, type Rule } from '../rule.ts';

const weights = gramianWeights('config', (G, eps, preference) => {
  const { C, norms } = cosines(G);
  const v = pseudoInverse(C, Array.from(preference!), eps);
  const length = Math.sqrt(Math.max(0, form(C, v)));
  if (length === 0) return v.map(() => 0);
  const progress = dot(norms, times(C, v)) / length;
  return v.map((x, i) => (norms[i]! > 0 ? (progress * x) / (length * norms[i]!) : 0));
});

/**
 * ConFIG (Liu et al. 2024): the direction with one cosine to every gradient (or cosines in the preference's proportions), d ∝ U⁺p for
 * the unit gradients U, as long as the gradients' projections on it together, Σ ⟨g_i, d⟩.
 */
export function config(options: PreferenceOption = {}): Rule {
  const { preference } = checkOptions('config', options, ['preference']);
  const check = checkPreference('config', preference);
  const merge: Rule = (g) => combine(g, weights(g, preference ? tensor(preference) : ones([g.shape[0]!])));
  return ruleOf('config', merge, check);
}
