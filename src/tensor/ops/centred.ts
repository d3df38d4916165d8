import { stopGradient } from '../../graph/build.ts';
import { Tensor } from '../tensor.ts';
import type { ReduceOptions } from './reduce.ts';

/**
 * Returns x − mean, minus the mean of this difference, where means are over the axes of the
 * options. The second step removes the rounding error of the first mean, which matters where the
 * mean far exceeds the spread. The second mean is mathematically 0, so it is a constant to
 * differentiation.
 */
export function centred(t: Tensor, options: ReduceOptions): Tensor {
  const over = { ...options, keepDims: true };
  const c = t.sub(t.mean(over));
  return c.sub(new Tensor(stopGradient(c.mean(over).node)));
}
