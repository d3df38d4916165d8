import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { sort } from '../../tensor/ops/sort.ts';
import { ruleOf, type Rule } from '../rule.ts';

/**
 * Returns the merge rule trimmed mean (Yin et al. 2018): at each position, the mean of the
 * gradients without the `trim` largest and the `trim` smallest. NaN counts as largest. Throws
 * unless `trim` is a non-negative integer; the rule throws unless there are more than 2 · trim
 * lanes.
 */
export function trimmedMean(options: { readonly trim: number }): Rule {
  const { trim } = checkOptions('trimmedMean', options, ['trim']);
  if (!Number.isInteger(trim) || trim < 0)
    throw new Error(`trimmedMean: trim must be a non-negative integer, got ${showAny(trim)}`);
  const check = (lanes: number): void => {
    if (lanes <= 2 * trim) throw new Error(`trimmedMean: more than ${2 * trim} lanes are needed, got ${lanes}`);
  };
  const merge: Rule = (g) => {
    const [sorted] = sort(g, { axis: 0 });
    return sorted.slice([trim], [g.shape[0]! - trim]).mean({ axis: 0 });
  };
  return ruleOf('trimmedMean', merge, check);
}
