import { checkOptions } from '../../graph/options.ts';
import { combine } from '../combine.ts';
import { gramianWeights } from '../gramian.ts';
import { times } from '../linear.ts';
import { nonconflicting } from '../nonconflicting.ts';
import { checkPreference, preferenceOf, type PreferenceOption } from '../preference.ts';
import { ruleOf, type Rule } from '../rule.ts';

const weights = gramianWeights('upgrad', (G, _, preference) => {
  const parts = G.map((_, i) =>
    nonconflicting(
      G,
      G.map((_, j) => (i === j ? preference![i]! : 0)),
    ),
  );
  return times(
    G.map((_, i) => parts.map((p) => p[i]!)),
    G.map(() => 1),
  );
});

/**
 * UPGrad (Quinton and Rey 2024): each gradient is projected onto the directions that conflict with none, and the projections are
 * combined by the preference. Without a regulariser.
 */
export function upgrad(options: PreferenceOption = {}): Rule {
  const { preference } = checkOptions('upgrad', options, ['preference']);
  const merge: Rule = (g) => combine(g, weights(g, preferenceOf('upgrad', preference, g.shape[0]!)));
  return ruleOf('upgrad', merge, checkPreference('upgrad', preference));
}
