import { checkOptions } from '../../graph/options.ts';
import { combine } from '../combine.ts';
import { gramianWeights } from '../gramian.ts';
import { nonconflicting } from '../nonconflicting.ts';
import { checkPreference, preferenceOf, type PreferenceOption } from '../preference.ts';
import { ruleOf, type Rule } from '../rule.ts';

const weights = gramianWeights('dualProj', (G, _, preference) => nonconflicting(G, Array.from(preference!)));

/**
 * DualProj (Lopez-Paz and Ranzato 2017): the preference's combination of the gradients, projected onto the directions that conflict
 * with none. Without a regulariser.
 */
export function dualProj(options: PreferenceOption = {}): Rule {
  const { preference } = checkOptions('dualProj', options, ['preference']);
  const merge: Rule = (g) => combine(g, weights(g, preferenceOf('dualProj', preference, g.shape[0]!)));
  return ruleOf('dualProj', merge, checkPreference('dualProj', preference));
}
