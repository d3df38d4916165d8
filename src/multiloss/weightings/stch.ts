import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { zeros } from '../../tensor/create.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { preferenceOf, type PreferenceOption } from '../preference.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * Smooth Tchebycheff scalarisation (Lin et al. 2024): the gradient of μ log Σ exp(p_i L_i/μ), whose
 * weights are p · softmax(p L/μ). For small μ they concentrate on the worst loss, for large μ they
 * become even. The state only carries the number of losses.
 */
export function stch(options: { readonly mu?: number } & PreferenceOption = {}): Weighting<Tensor> {
  const { mu = 1, preference } = checkOptions('stch', options, ['mu', 'preference']);
  if (typeof mu !== 'number' || !(mu > 0)) throw new Error(`stch: mu must be positive, got ${showAny(mu)}`);
  return {
    init: (lanes) => zeros([checkLanes('stch', lanes)]),
    apply(losses, state) {
      const p = preferenceOf('stch', preference, state.size);
      const current = lossVector('stch', losses, state.size);
      return [p.mul(softmax(p.mul(current).div(mu))), state];
    },
  };
}
