import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation, type KaimingOptions } from './initialiser.ts';

/**
 * Draws from N(0, gain²/fan) (He et al. 2015, Equation 10), which preserve the variance through
 * ReLU layers.
 */
export const kaimingNormal = (key: Key, shape: Shape, options: KaimingOptions = {}): Tensor =>
  random.normal(key, shape).mul(kaimingDeviation('init.kaimingNormal', shape, options));
