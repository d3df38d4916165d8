import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { xavierDeviation, type XavierOptions } from './initialiser.ts';

/**
 * N(0, 2 gain²/(inputs + outputs)) (Glorot and Bengio 2010, Equation 12), each times the window's
 * size.
 */
export const xavierNormal = (key: Key, shape: Shape, options: XavierOptions = {}): Tensor =>
  random.normal(key, shape).mul(xavierDeviation('init.xavierNormal', shape, options));
