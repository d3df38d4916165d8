import { checkOptions } from '../graph/options.ts';
import { showAny } from '../graph/shape.ts';
import { asTensor, type Tensor } from '../tensor/tensor.ts';
import { checkRate, checkShare } from './checks.ts';
import { optimiser, type Moment, type Optimiser } from './optimiser.ts';
import type { Schedule } from './schedules/schedule.ts';

/** The options of Adam and AdamW; the symbols are those of their formulas. */
export interface AdamOptions {
  /** The rate: a number above 0, or a schedule of the number of updates. */
  readonly learningRate: number | Schedule;
  /** β₁ and β₂, from 0 to below 1; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** ε, at least 0; 1e-8 by default. */
  readonly eps?: number;
  /** λ, at least 0; by default 0 for adam and 0.01 for adamW. */
  readonly weightDecay?: number;
}

/** Returns 1 − βᵗ, computed without a subtraction: float32 holds 1 − 0.999 to four digits only. */
const filled = (beta: number, t: Tensor): Tensor =>
  beta === 0 ? asTensor('optim', 1) : t.mul(Math.log(beta)).expm1().neg();

/**
 * Returns an optimiser that makes Adam's steps. `decayed` applies the weight decay and returns p
 * and g for the step; `usualDecay` is its default. Errors name the optimiser `name`.
 */
export function moments(
  name: string,
  options: AdamOptions,
  usualDecay: number,
  decayed: (moment: Moment, weightDecay: number) => { readonly p: Tensor; readonly g: Tensor },
): Optimiser {
  const given = checkOptions(name, options, ['learningRate', 'betas', 'eps', 'weightDecay']);
  const { learningRate, betas = [0.9, 0.999], eps = 1e-8, weightDecay = usualDecay } = given;
  if (!Array.isArray(betas) || betas.length !== 2)
    throw new Error(`${name}: betas must be two numbers, got ${showAny(betas)}`);
  for (const beta of betas) checkShare(name, 'a beta', beta);
  checkRate(name, 'eps', eps, 'at least 0');
  checkRate(name, 'weightDecay', weightDecay, 'at least 0');
  const [b1, b2] = betas as readonly [number, number];
  return optimiser(name, learningRate, ['mean', 'square'], (moment) => {
    const { slots, rate, step } = moment;
    const { p, g } = decayed(moment, weightDecay);
    const t = step.add(1);
    const mean = slots.mean!.mul(b1).add(g.mul(1 - b1));
    const square = slots.square!.mul(b2).add(g.square().mul(1 - b2));
    const size = square.sqrt().div(filled(b2, t).sqrt()).add(eps);
    return [p.sub(mean.div(size).mul(rate.div(filled(b1, t)))), { mean, square }];
  });
}
