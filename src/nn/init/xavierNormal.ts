import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { xavierDeviation, type XavierOptions } from './initialiser.ts';

/**
 * Returns draws from N(0, 2 gain²/(in + out)) (Glorot and Bengio 2010, Equation 12) for a weight
 * [outputs, inputs, …window], where in = inputs · window size and out = outputs · window size.
 * Throws if the shape has fewer than two axes.
 */
export const xavierNormal = (key: Key, shape: Shape, options: XavierOptions = {}): Tensor =>
  random.normal(key, shape).mul(xavierDeviation('init.xavierNormal', shape, options));
