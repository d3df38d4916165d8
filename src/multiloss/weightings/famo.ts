import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { full, ones, zeros } from '../../tensor/create.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/** The logits ξ [losses], the losses of the last step [losses], and the number of steps so far. */
export interface FamoState {
  readonly logits: Tensor;
  readonly last: Tensor;
  readonly steps: Tensor;
}

/**
 * Returns the weighting FAMO (Liu et al. 2023, Algorithm 1), descent on Σ w_i log L_i with w =
 * softmax(ξ). The weights are w_i/L_i, divided by their sum. ξ begins at 0, and each step but the
 * first updates it by ξ ← ξ − lr (∂w/∂ξᵀ (log L(t−1) − log L(t)) + decay ξ), which moves weight to
 * the losses that fell least; `lr` is 0.025 and `decay` 0.001 by default. Losses must be positive,
 * so subtract each one's lower bound. Throws unless lr and decay are finite.
 */
export function famo(options: { readonly lr?: number; readonly decay?: number } = {}): Weighting<FamoState> {
  const { lr = 0.025, decay = 0.001 } = checkOptions('famo', options, ['lr', 'decay']);
  checkNumber('famo', 'lr', lr);
  checkNumber('famo', 'decay', decay);
  return {
    init: (lanes) => {
      const shape = [checkLanes('famo', lanes)];
      return { logits: zeros(shape), last: ones(shape), steps: full([], 0) };
    },
    apply(losses, { logits, last, steps } = noState('famo')) {
      const current = lossVector('famo', losses, logits.size);
      const fall = steps.equal(0).where(0, last.log().sub(current.log()));
      const before = softmax(logits);
      const slope = before.mul(fall.sub(before.mul(fall).sum()));
      const next = logits.sub(slope.add(steps.equal(0).where(0, logits.mul(decay))).mul(lr));
      const relative = softmax(next).div(current);
      return [relative.div(relative.sum()), { logits: next, last: current, steps: steps.add(1) }];
    },
  };
}
