import { checkOptions } from '../graph/options.ts';
import { adamOptions, moments, type AdamOptions } from './moments.ts';
import type { Optimiser } from './optimiser.ts';

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2, in PyTorch's form): p ← (1 − rate · λ) p, then
 * Adam's step, whose moments do not see the decay. λ is 0.01 by default.
 */
export function adamW(options: AdamOptions): Optimiser<'mean' | 'square'> {
  const given = checkOptions('optim.adamW', options, adamOptions);
  const { weightDecay = 0.01 } = given;
  return moments('optim.adamW', given, weightDecay, ({ p, g }, { rate }) => ({
    p: weightDecay === 0 ? p : p.mul(rate.mul(-weightDecay).add(1)),
    g,
  }));
}
