import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { full, ones } from '../../tensor/create.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * The losses of the last step and of the one before it, [losses] each, and the number of steps so
 * far.
 */
export interface DwaState {
  readonly last: Tensor;
  readonly before: Tensor;
  readonly steps: Tensor;
}

/**
 * Returns the weighting dynamic weight averaging (Liu, Johns and Davison 2019): weights n ·
 * softmax(r/T) for n losses, where T is `temperature`, 2 by default. r_i = L_i(t − 1)/L_i(t − 2) is
 * larger for a loss that falls more slowly, and 1 where it would divide by 0. A large T makes the
 * weights even. All weights are 1 in the first two steps. A step stands for an epoch: apply it to
 * the epoch's mean losses. Throws unless T is positive and finite.
 */
export function dwa(options: { readonly temperature?: number } = {}): Weighting<DwaState> {
  const { temperature = 2 } = checkOptions('dwa', options, ['temperature']);
  if (!(Number.isFinite(temperature) && temperature > 0))
    throw new Error(`dwa: temperature must be a positive number, got ${showAny(temperature)}`);
  return {
    init: (lanes) => {
      const shape = [checkLanes('dwa', lanes)];
      return { last: ones(shape), before: ones(shape), steps: full([], 0) };
    },
    apply(losses, { last, before, steps } = noState('dwa')) {
      const current = lossVector('dwa', losses, last.size);
      const ratio = steps.less(2).or(before.equal(0)).where(1, last.div(before));
      const weights = softmax(ratio.div(temperature)).mul(last.size);
      return [weights, { last: current, before: last, steps: steps.add(1) }];
    },
  };
}
