import { zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * The geometric loss strategy (Chennupati et al. 2019): the gradient of (Π L_i)^{1/n}, whose
 * weights are (Π L_i)^{1/n}/(n L_i). Losses must be positive. The state only carries the number of
 * losses.
 */
export const geometricMean = (): Weighting<Tensor> => ({
  init: (lanes) => zeros([checkLanes('geometricMean', lanes)]),
  apply(losses, state) {
    const current = lossVector('geometricMean', losses, state.size);
    return [current.log().mean().exp().div(current.mul(state.size)), state];
  },
});
