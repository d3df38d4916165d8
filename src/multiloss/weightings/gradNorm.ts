import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { full, ones, zeros } from '../../tensor/create.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { stopGradient } from '../../tensor/transforms/stopGradient.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/** The weights [losses], the losses of the first step [losses], and the number of steps so far. */
export interface GradNormState {
  readonly weights: Tensor;
  /** The losses L(0) of the first step; zeros before that step. */
  readonly first: Tensor;
  readonly steps: Tensor;
}

/** The least weight: a loss of weight 0 could not recover. */
const least = 1e-6;

/** Returns x/whole, but 1 where `whole` is 0: a loss that began at 0 trains at the mean rate. */
const share = (x: Tensor, whole: Tensor): Tensor => {
  const some = whole.greater(0);
  return some.where(x.div(some.where(whole, 1)), 1);
};

/**
 * Returns the weighting GradNorm (Chen et al. 2018, Algorithm 1). Give `apply` the `norms` n_i =
 * ‖∇L_i‖ [losses] of the gradients of the unweighted losses at the last shared layer. Weights w, 1
 * at first, are trained so that w_i n_i approaches a target, the mean of all w_j n_j times r_i^α,
 * where r_i is L_i/L_i(0) divided by its mean over the losses. So a loss that falls more slowly
 * than others gets a larger gradient, the more so for a large `alpha`, 1.5 by default. Each step
 * makes one gradient step of size `lr`, 0.025 by default, on Σ |w_i n_i − target_i|, with the
 * targets held fixed, and then scales the weights to the mean 1. The norms are first divided by
 * their mean, so `lr` does not depend on the losses' scale. Losses must not be negative. Throws
 * unless alpha and lr are finite; `apply` throws if there are no norms.
 */
export function gradNorm(options: { readonly alpha?: number; readonly lr?: number } = {}): Weighting<GradNormState> {
  const { alpha = 1.5, lr = 0.025 } = checkOptions('gradNorm', options, ['alpha', 'lr']);
  checkNumber('gradNorm', 'alpha', alpha);
  checkNumber('gradNorm', 'lr', lr);
  return {
    init: (lanes) => {
      const shape = [checkLanes('gradNorm', lanes)];
      return { weights: ones(shape), first: zeros(shape), steps: full([], 0) };
    },
    apply(losses, state = noState('gradNorm'), given = {}) {
      const { norms } = checkOptions('gradNorm', given, ['norms']);
      const n = state.weights.size;
      if (!norms) throw new Error('gradNorm: the norms of the gradients are needed, got none');
      const current = lossVector('gradNorm', losses, n);
      const sizes = lossVector('gradNorm', norms, n);
      const first = state.steps.equal(0).where(current, state.first);
      const ratio = share(current, first);
      const rate = share(ratio, ratio.mean());
      const relative = share(sizes, sizes.mean());
      const weighted = state.weights.mul(relative);
      const target = weighted.mean().mul(rate.pow(alpha));
      const moved = state.weights.sub(weighted.sub(target).sign().mul(relative).mul(lr)).maximum(least);
      const weights = stopGradient(moved.div(moved.mean()));
      return [weights, { weights, first, steps: state.steps.add(1) }];
    },
  };
}
