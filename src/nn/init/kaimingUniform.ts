import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation, symmetric, type KaimingOptions } from './initialiser.ts';

/**
 * Returns uniform draws from (−b, b) with b = gain √(3/fan) (He et al. 2015, Equation 10) for a
 * weight [outputs, inputs, …window], where fan is inputs · window size, or outputs · window size
 * with `mode: 'out'`. The default gain √2 preserves the variance through ReLU layers. Throws if the
 * shape has fewer than two axes.
 */
export const kaimingUniform = (key: Key, shape: Shape, options: KaimingOptions = {}): Tensor =>
  symmetric(key, shape, Math.sqrt(3) * kaimingDeviation('init.kaimingUniform', shape, options));
