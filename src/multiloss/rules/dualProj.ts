import { checkOptions } from '../../graph/options.ts';
import { gramianWeights } from '../gramian.ts';
import { nonconflicting } from '../nonconflicting.ts';
import { checkPreference, preferenceOf, type PreferenceOption } from '../preference.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights(
  'dualProj',
  (G, eps, preference) => nonconflicting(G, eps, [Array.from(preference!)])[0]!,
);

/**
 * DualProj (Lopez-Paz and Ranzato 2017): the combination of the gradients by the preference,
 * projected onto the cone of directions that conflict with no gradient, without a regulariser.
 */
export function dualProj(options: PreferenceOption = {}): Rule {
  const { preference } = checkOptions('dualProj', options, ['preference']);
  const check = checkPreference('dualProj', preference);
  return weightedRule(
    'dualProj',
    (parts) => weights(parts, preferenceOf('dualProj', preference, parts[0]!.shape[0]!)),
    { check },
  );
}
