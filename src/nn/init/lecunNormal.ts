import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation } from './initialiser.ts';

/**
 * Returns draws from N(0, 1/fan) (LeCun et al. 1998, Equation 16) for a weight [outputs, inputs,
 * …window], where fan is inputs · window size. It suits linear and SELU layers. Throws if the shape
 * has fewer than two axes.
 */
export const lecunNormal = (key: Key, shape: Shape): Tensor =>
  random.normal(key, shape).mul(kaimingDeviation('init.lecunNormal', shape, { gain: 1 }));
