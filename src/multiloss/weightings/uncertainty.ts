import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { zeros } from '../../tensor/create.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * Returns the weighting by uncertainty (Kendall, Gal and Cipolla 2018), which minimises Σ ½
 * e^{−s_i} L_i + ½ s_i. The weights are ½ e^{−s_i}. Each s_i, a log variance, begins at 0 and
 * descends along its own derivative, s_i ← s_i − lr ½ (1 − e^{−s_i} L_i); `lr` is 0.025 by default.
 * The state is s. Throws unless lr is finite.
 */
export function uncertainty(options: { readonly lr?: number } = {}): Weighting<Tensor> {
  const { lr = 0.025 } = checkOptions('uncertainty', options, ['lr']);
  checkNumber('uncertainty', 'lr', lr);
  return {
    init: (lanes) => zeros([checkLanes('uncertainty', lanes)]),
    apply(losses, s = noState('uncertainty')) {
      const current = lossVector('uncertainty', losses, s.size);
      const precision = s.neg().exp();
      return [
        precision.mul(0.5),
        s.sub(
          precision
            .mul(current)
            .neg()
            .add(1)
            .mul(0.5 * lr),
        ),
      ];
    },
  };
}
