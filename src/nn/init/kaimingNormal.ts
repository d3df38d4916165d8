import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation, type KaimingOptions } from './initialiser.ts';

/**
 * Returns draws from N(0, gain²/fan) (He et al. 2015, Equation 10) for a weight [outputs, inputs,
 * …window], where fan is inputs · window size, or outputs · window size with `mode: 'out'`. The
 * default gain √2 preserves the variance through ReLU layers. Throws if the shape has fewer than
 * two axes.
 */
export const kaimingNormal = (key: Key, shape: Shape, options: KaimingOptions = {}): Tensor =>
  random.normal(key, shape).mul(kaimingDeviation('init.kaimingNormal', shape, options));
