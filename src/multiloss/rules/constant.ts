import { checkList } from '../../graph/checks.ts';
import { sameShape, show, showAny } from '../../graph/shape.ts';
import { tensor } from '../../tensor/create.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { weightedRule, type Rule } from '../rule.ts';

/**
 * Returns the merge rule Σ w_i g_i with the given weights, one for each lane: a list of numbers or
 * a tensor [lanes]. Throws unless the numbers of a list are finite. The rule throws if their number
 * is not that of the lanes.
 */
export function constant(weights: readonly number[] | Tensor): Rule {
  const shape = weights instanceof Tensor ? weights.shape : [checkList('constant', 'weights', weights).length];
  if (!(weights instanceof Tensor) && !weights.every(Number.isFinite))
    throw new Error(`constant: weights must be finite numbers, got ${showAny(weights)}`);
  const check = (lanes: number): void => {
    if (!sameShape(shape, [lanes]))
      throw new Error(`constant: one weight for each of ${lanes} lanes is needed, got shape ${show(shape)}`);
  };
  return weightedRule('constant', () => (weights instanceof Tensor ? weights : tensor(weights)), { check });
}
