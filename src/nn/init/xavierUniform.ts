import type { Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { symmetric, xavierDeviation, type XavierOptions } from './initialiser.ts';

/**
 * Returns uniform draws from (−b, b) with b = gain √(6/(in + out)) (Glorot and Bengio 2010,
 * Equation 16) for a weight [outputs, inputs, …window], where in = inputs · window size and out =
 * outputs · window size. Throws if the shape has fewer than two axes.
 */
export const xavierUniform = (key: Key, shape: Shape, options: XavierOptions = {}): Tensor =>
  symmetric(key, shape, Math.sqrt(3) * xavierDeviation('init.xavierUniform', shape, options));
