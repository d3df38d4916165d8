import type { Tensor } from '../tensor/tensor.ts';
import { stopGradient } from '../tensor/transforms/stopGradient.ts';

/**
 * Returns Σ w_i g_i for lanes g [lanes, …] and weights w, one for each lane. The weights are
 * constants to differentiation.
 */
export function combine(g: Tensor, weights: Tensor): Tensor {
  const column = weights.reshape([weights.size, ...g.shape.slice(1).map(() => 1)]);
  return g.mul(stopGradient(column)).sum({ axis: 0 });
}
