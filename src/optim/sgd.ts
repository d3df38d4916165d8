import { checkOptions } from '../graph/options.ts';
import { checkShare, optimiser, type Optimiser } from './optimiser.ts';
import { checkRate, type Schedule } from './schedules/schedule.ts';

export interface SgdOptions {
  readonly learningRate: number | Schedule;
  /** μ, 0 by default. */
  readonly momentum?: number;
  /** τ, 0 by default: how much less than all of a gradient enters the momentum. */
  readonly dampening?: number;
  readonly nesterov?: boolean;
  /** λ, 0 by default: as the gradient of λ/2 ‖p‖². */
  readonly weightDecay?: number;
}

/**
 * Descent with momentum in PyTorch's form (Sutskever et al. 2013 with the rate outside of it):
 *
 *     g ← g + λ p        b ← μ b + (1 − τ) g, at first g        p ← p − rate · (nesterov ? g + μ b : b)
 */
export function sgd(options: SgdOptions): Optimiser<'momentum'> {
  const name = 'optim.sgd';
  const allowed = ['learningRate', 'momentum', 'dampening', 'nesterov', 'weightDecay'] as const;
  const {
    learningRate,
    momentum = 0,
    dampening = 0,
    nesterov = false,
    weightDecay = 0,
  } = checkOptions(name, options, allowed);
  checkShare(name, 'momentum', momentum);
  checkShare(name, 'dampening', dampening);
  checkRate(name, 'weightDecay', weightDecay, 'not negative');
  if (nesterov && (momentum === 0 || dampening > 0))
    throw new Error(`${name}: nesterov needs a momentum above 0 and no dampening, got ${momentum} and ${dampening}`);
  return optimiser(name, learningRate, momentum > 0 ? ['momentum'] : [], ({ p, g, slots }, { rate, step }) => {
    const slope = weightDecay > 0 ? g.add(p.mul(weightDecay)) : g;
    if (momentum === 0) return { p: p.sub(slope.mul(rate)), momentum: slope };
    const carried = slots.momentum.mul(momentum).add(slope.mul(1 - dampening));
    const next = dampening > 0 ? step.equal(0).where(slope, carried) : carried;
    const direction = nesterov ? slope.add(next.mul(momentum)) : next;
    return { p: p.sub(direction.mul(rate)), momentum: next };
  });
}
