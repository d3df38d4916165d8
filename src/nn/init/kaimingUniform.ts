import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation, symmetric, type KaimingOptions } from './initialiser.ts';

/**
 * Draws from U(−b, b) with b = gain √(3/fan) (He et al. 2015, Equation 10), which preserve the
 * variance through ReLU layers.
 */
export const kaimingUniform = (key: Key, shape: Shape, options: KaimingOptions = {}): Tensor =>
  symmetric(key, shape, Math.sqrt(3) * kaimingDeviation('init.kaimingUniform', shape, options));
