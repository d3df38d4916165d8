import { checkFlag } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { checkRate, checkShare } from './checks.ts';
import { optimiser, penalised, type Optimiser } from './optimiser.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of gradient descent; the symbols are those of its formula. */
export interface SgdOptions {
  /** The rate: a number above 0, or a schedule of the number of updates. */
  readonly learningRate: number | Schedule;
  /** μ, from 0 to below 1; 0 by default. */
  readonly momentum?: number;
  /**
   * τ, from 0 to below 1, the fraction of a gradient that does not enter the momentum; 0 by
   * default.
   */
  readonly dampening?: number;
  /** If true, Nesterov's momentum is used, which needs μ > 0 and τ = 0; false by default. */
  readonly nesterov?: boolean;
  /** λ, at least 0; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Returns the optimiser gradient descent with momentum (Sutskever et al. 2013), in PyTorch's form,
 * where the learning rate is not part of the momentum. For a parameter p with gradient g:
 *
 *     g ← g + λ p        b ← μ b + (1 − τ) g, at first g        p ← p − rate · (nesterov ? g + μ b : b)
 *
 * The state holds b as `momentum`. With μ = 0, b equals g and is not stored. Throws if an option is
 * not valid.
 */
export function sgd(options: SgdOptions): Optimiser {
  const name = 'optim.sgd';
  const allowed = ['learningRate', 'momentum', 'dampening', 'nesterov', 'weightDecay'] as const;
  const given = checkOptions(name, options, allowed);
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = given;
  checkShare(name, 'momentum', momentum);
  checkShare(name, 'dampening', dampening);
  checkRate(name, 'weightDecay', weightDecay, 'at least 0');
  checkFlag(name, 'nesterov', nesterov);
  if (nesterov && (momentum === 0 || dampening > 0))
    throw new Error(`${name}: nesterov needs a momentum above 0 and no dampening, got ${momentum} and ${dampening}`);
  return optimiser(name, learningRate, momentum > 0 ? ['momentum'] : [], (moment) => {
    const { p, slots, rate, step } = moment;
    const g = penalised(moment, weightDecay);
    if (momentum === 0) return [p.sub(g.mul(rate)), {}];
    const carried = slots.momentum!.mul(momentum).add(g.mul(1 - dampening));
    const b = dampening > 0 ? step.equal(0).where(g, carried) : carried;
    return [p.sub((nesterov ? g.add(b.mul(momentum)) : b).mul(rate)), { momentum: b }];
  });
}
