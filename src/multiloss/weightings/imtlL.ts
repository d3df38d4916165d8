import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { zeros } from '../../tensor/create.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * Returns the weighting IMTL-L (Liu et al. 2021), which minimises Σ e^{s_i} L_i − s_i. The weights
 * are e^{s_i}. Each s_i begins at 0 and descends along its own derivative, s_i ← s_i − lr (e^{s_i}
 * L_i − 1); `lr` is 0.025 by default. The state is s. Throws unless lr is finite.
 */
export function imtlL(options: { readonly lr?: number } = {}): Weighting<Tensor> {
  const { lr = 0.025 } = checkOptions('imtlL', options, ['lr']);
  checkNumber('imtlL', 'lr', lr);
  return {
    init: (lanes) => zeros([checkLanes('imtlL', lanes)]),
    apply(losses, s = noState('imtlL')) {
      const current = lossVector('imtlL', losses, s.size);
      const weights = s.exp();
      return [weights, s.sub(weights.mul(current).sub(1).mul(lr))];
    },
  };
}
