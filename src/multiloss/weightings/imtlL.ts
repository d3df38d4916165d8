import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * IMTL-L (Liu et al. 2021): minimises Σ e^{s_i} L_i − s_i. Each s_i starts at 0 and descends along
 * its own derivative e^{s_i} L_i − 1; the weights are e^{s_i}. The state is s.
 */
export function imtlL(options: { readonly lr?: number } = {}): Weighting<Tensor> {
  const { lr = 0.025 } = checkOptions('imtlL', options, ['lr']);
  checkNumber('imtlL', 'lr', lr);
  return {
    init: (lanes) => zeros([checkLanes('imtlL', lanes)]),
    apply(losses, s) {
      const current = lossVector('imtlL', losses, s.size);
      const weights = s.exp();
      return [weights, s.sub(weights.mul(current).sub(1).mul(lr))];
    },
  };
}
