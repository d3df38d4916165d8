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
 * Returns the merge rule DualProj (Lopez-Paz and Ranzato 2017): Σ p_i g_i, projected onto the cone
 * of the directions d with ⟨d, g_i⟩ ≥ 0 for all i. The preference p is 1/n each by default. The
 * projection is exact, without a regulariser. Throws if a preference is negative or not finite.
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
