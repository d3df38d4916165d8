import { moments, type AdamOptions } from './moments.ts';
import type { Optimiser } from './optimiser.ts';

/**
 * Returns the optimiser Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2),
 * in PyTorch's form: first p ← (1 − rate · λ) p, then Adam's step, whose moments exclude the decay.
 * State and errors are those of `adam`.
 */
export const adamW = (options: AdamOptions): Optimiser =>
  moments('optim.adamW', options, 0.01, ({ p, g, rate }, decay) => ({ p: p.mul(rate.mul(-decay).add(1)), g }));
