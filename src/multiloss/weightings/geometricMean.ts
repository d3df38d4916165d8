import { zeros } from '../../tensor/create.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * Returns the weighting geometric loss strategy (Chennupati et al. 2019): weights (Π L_i)^{1/n}/(n
 * L_i), with which Σ w_i L_i has the gradient of (Π L_i)^{1/n}. Losses must be positive. The state
 * only carries the number n of losses.
 */
export const geometricMean = (): Weighting<Tensor> => ({
  init: (lanes) => zeros([checkLanes('geometricMean', lanes)]),
  apply(losses, state = noState('geometricMean')) {
    const current = lossVector('geometricMean', losses, state.size);
    return [current.log().mean().exp().div(current.mul(state.size)), state];
  },
});
