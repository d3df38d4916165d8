import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { full, ones, zeros } from '../../tensor/create.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

export interface FamoState {
  readonly logits: Tensor;
  readonly last: Tensor;
  readonly steps: Tensor;
}

/**
 * FAMO (Liu et al. 2023): descent on Σ w_i log L_i with w = softmax(ξ), whose weights w_i/L_i are
 * normalised to sum 1. Plain gradient steps ξ ← ξ − lr (∂w/∂ξᵀ (log L(t−1) − log L(t)) + decay ξ)
 * move weight to the losses that fell least. Losses must be positive, so subtract each one's lower
 * bound.
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
    apply(losses, { logits, last, steps }) {
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
