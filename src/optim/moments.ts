import { showAny } from '../graph/shape.ts';
import { asTensor, type Tensor } from '../tensor/tensor.ts';
import { checkShare, optimiser, type Leaf, type Moment, type Optimiser } from './optimiser.ts';
import { checkRate, type Schedule } from './schedules/schedule.ts';

export interface AdamOptions {
  readonly learningRate: number | Schedule;
  /** β₁ and β₂, [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** ε, 1e-8 by default. */
  readonly eps?: number;
  /** λ. */
  readonly weightDecay?: number;
}

export const adamOptions = ['learningRate', 'betas', 'eps', 'weightDecay'] as const;

/** 1 − βᵗ, without cancelling: float32 holds 1 − 0.999 to four digits only. */
const filled = (beta: number, t: Tensor): Tensor =>
  beta === 0 ? asTensor('optim', 1) : t.mul(Math.log(beta)).expm1().neg();

/** Adam's step on what `prepare` makes of the parameters and the gradient. */
export function moments(
  name: string,
  { learningRate, betas = [0.9, 0.999], eps = 1e-8 }: AdamOptions,
  weightDecay: number,
  prepare: (leaf: Leaf<'mean' | 'square'>, moment: Moment) => { p: Tensor; g: Tensor },
): Optimiser<'mean' | 'square'> {
  if (!Array.isArray(betas) || betas.length !== 2)
    throw new Error(`${name}: betas must be two numbers, got ${showAny(betas)}`);
  betas.forEach((beta) => checkShare(name, 'betas', beta));
  checkRate(name, 'eps', eps, 'not negative');
  checkRate(name, 'weightDecay', weightDecay, 'not negative');
  const [b1, b2] = betas as readonly [number, number];
  return optimiser(name, learningRate, ['mean', 'square'], (leaf, moment) => {
    const { p, g } = prepare(leaf, moment);
    const mean = leaf.slots.mean.mul(b1).add(g.mul(1 - b1));
    const square = leaf.slots.square.mul(b2).add(g.square().mul(1 - b2));
    const t = moment.step.add(1);
    const size = square.sqrt().div(filled(b2, t).sqrt()).add(eps);
    return { p: p.sub(mean.div(size).mul(moment.rate.div(filled(b1, t)))), mean, square };
  });
}
