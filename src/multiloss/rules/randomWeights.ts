import { checkOptions } from '../../graph/options.ts';
import { checkKey, type Key } from '../../tensor/key.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import { random } from '../../tensor/random.ts';
import { weightedRule, type Rule } from '../rule.ts';

/**
 * Returns the merge rule Σ w_i g_i with random weights: the softmax of standard normal draws, which
 * `key` determines (Lin et al. 2022). Use another key in each step. Throws if there is no key.
 */
export function randomWeights(options: { readonly key: Key }): Rule {
  const { key } = checkOptions('randomWeights', options, ['key']);
  checkKey('randomWeights', key);
  return weightedRule('randomWeights', ([g]) => softmax(random.normal(key, [g!.shape[0]!])));
}
