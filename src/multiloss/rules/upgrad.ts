import { checkOptions } from '../../graph/options.ts';
import { gramianWeights } from '../gramian.ts';
import { sumOf } from '../linear.ts';
import { nonconflicting } from '../nonconflicting.ts';
import { checkPreference, preferenceOf, type PreferenceOption } from '../preference.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('upgrad', (G, eps, preference) => {
  const alone = G.map((_, i) => G.map((_, j) => (i === j ? preference![i]! : 0)));
  const parts = nonconflicting(G, eps, alone);
  return G.map((_, i) => sumOf(parts.map((p) => p[i]!)));
});

/**
 * Returns the merge rule UPGrad (Quinton and Rey 2024): Σ p_i π(g_i), where π projects onto the
 * cone of the directions d with ⟨d, g_j⟩ ≥ 0 for all j. The preference p is 1/n each by default.
 * The projection is exact, without a regulariser. Throws if a preference is negative or not finite.
 */
export function upgrad(options: PreferenceOption = {}): Rule {
  const { preference } = checkOptions('upgrad', options, ['preference']);
  const check = checkPreference('upgrad', preference);
  return weightedRule('upgrad', (parts) => weights(parts, preferenceOf('upgrad', preference, parts[0]!.shape[0]!)), {
    check,
  });
}
