import type { Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kaimingDeviation, symmetric, type KaimingOptions } from './initialiser.ts';

/** U(−b, b) with b = gain √(3/fan) (He et al. 2015, Equation 10): keeps the variance through layers of ReLU. */
export function kaimingUniform(key: Key, shape: Shape, options: KaimingOptions = {}): Tensor {
  const given = checkOptions('kaimingUniform', options, ['gain', 'mode']);
  return symmetric(key, shape, Math.sqrt(3) * kaimingDeviation('kaimingUniform', shape, given));
}
