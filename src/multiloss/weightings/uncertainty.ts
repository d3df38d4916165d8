import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * Uncertainty weighting (Kendall, Gal and Cipolla 2018): minimises Σ ½ e^{−s_i} L_i + ½ s_i. Each
 * s_i, a log variance that starts at 0, descends along its own derivative ½ (1 − e^{−s_i} L_i). The
 * state is s.
 */
export function uncertainty(options: { readonly lr?: number } = {}): Weighting<Tensor> {
  const { lr = 0.025 } = checkOptions('uncertainty', options, ['lr']);
  checkNumber('uncertainty', 'lr', lr);
  return {
    init: (lanes) => zeros([checkLanes('uncertainty', lanes)]),
    apply(losses, s) {
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
