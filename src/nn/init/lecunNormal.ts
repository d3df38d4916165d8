import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation } from './initialiser.ts';

/**
 * Draws from N(0, 1/fan) with fan = inputs · window size (LeCun et al. 1998, Equation 16), for SELU
 * and for linear layers.
 */
export const lecunNormal = (key: Key, shape: Shape): Tensor =>
  random.normal(key, shape).mul(kaimingDeviation('init.lecunNormal', shape, { gain: 1 }));
