import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { zeros } from '../../tensor/create.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkPreference, preferenceOf, type PreferenceOption } from '../preference.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/**
 * Returns the weighting smooth Tchebycheff scalarisation (Lin et al. 2024): weights p_i softmax(p
 * L/μ)_i, with which Σ w_i L_i has the gradient of μ log Σ exp(p_i L_i/μ). For a small `mu` they
 * concentrate on the worst loss p_i L_i, for a large one they approach p_i/n; it is 1 by default.
 * The preference p is 1/n each by default. The state only carries the number n of losses. Throws
 * unless mu is positive and no preference is negative or not finite.
 */
export function stch(options: { readonly mu?: number } & PreferenceOption = {}): Weighting<Tensor> {
  const { mu = 1, preference } = checkOptions('stch', options, ['mu', 'preference']);
  if (typeof mu !== 'number' || !(mu > 0)) throw new Error(`stch: mu must be positive, got ${showAny(mu)}`);
  checkPreference('stch', preference);
  return {
    init: (lanes) => zeros([checkLanes('stch', lanes)]),
    apply(losses, state = noState('stch')) {
      const p = preferenceOf('stch', preference, state.size);
      const current = lossVector('stch', losses, state.size);
      return [p.mul(softmax(p.mul(current).div(mu))), state];
    },
  };
}
