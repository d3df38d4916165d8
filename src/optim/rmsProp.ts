import { checkFlag } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkRate, checkShare } from './checks.ts';
import { optimiser, penalised, type Optimiser } from './optimiser.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of RMSProp; the symbols are those of its formula. */
export interface RmsPropOptions {
  /** The rate: a number above 0, or a schedule of the number of updates. */
  readonly learningRate: number | Schedule;
  /** α, from 0 to below 1; 0.99 by default. */
  readonly decay?: number;
  /** ε, at least 0; 1e-8 by default. */
  readonly eps?: number;
  /** μ, from 0 to below 1; 0 by default. */
  readonly momentum?: number;
  /**
   * If true, gradients are divided by their running standard deviation; if false (the default), by
   * their running root mean square.
   */
  readonly centered?: boolean;
  /** λ, at least 0; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Returns the optimiser RMSProp (Tieleman and Hinton 2012; centred: Graves 2013, Equations 38 to
 * 45) in PyTorch's form, for a parameter p with gradient g:
 *
 *     g ← g + λ p        v ← α v + (1 − α) g²        m ← α m + (1 − α) g
 *     b ← μ b + g / (√(centered ? v − m² : v) + ε)        p ← p − rate · b
 *
 * v − m² is set to 0 where rounding would make it negative. The state holds v as `square`, m as
 * `mean` if centered, and b as `momentum` if μ > 0, all 0 at first. Throws if an option is not
 * valid.
 */
export function rmsProp(options: RmsPropOptions): Optimiser {
  const name = 'optim.rmsProp';
  const allowed = ['learningRate', 'decay', 'eps', 'momentum', 'centered', 'weightDecay'] as const;
  const given = checkOptions(name, options, allowed);
  const { learningRate, decay = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = given;
  checkShare(name, 'decay', decay);
  checkShare(name, 'momentum', momentum);
  checkFlag(name, 'centered', centered);
  checkRate(name, 'eps', eps, 'at least 0');
  checkRate(name, 'weightDecay', weightDecay, 'at least 0');
  const names = ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])];
  return optimiser(name, learningRate, names, (moment) => {
    const { p, slots, rate } = moment;
    const g = penalised(moment, weightDecay);
    const average = (old: Tensor, x: Tensor): Tensor => old.mul(decay).add(x.mul(1 - decay));
    const square = average(slots.square!, g.square());
    const mean = centered ? average(slots.mean!, g) : undefined;
    const size = (mean ? square.sub(mean.square()).maximum(0) : square).sqrt().add(eps);
    const b = momentum > 0 ? slots.momentum!.mul(momentum).add(g.div(size)) : g.div(size);
    return [p.sub(b.mul(rate)), { square, ...(mean && { mean }), momentum: b }];
  });
}
