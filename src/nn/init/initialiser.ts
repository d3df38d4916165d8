import { sizeOf, type Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkShape, show, showAny } from '../../graph/shape.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A function that makes a tensor of a shape, such as random weights that a key determines. */
export type Initialiser = (key: Key, shape: Shape) => Tensor;

/** The options of `xavierNormal` and `xavierUniform`. */
export interface XavierOptions {
  /** A factor of the standard deviation; 1 by default. `init.gains` lists those of activations. */
  readonly gain?: number;
}

/** The options of `kaimingNormal` and `kaimingUniform`. */
export interface KaimingOptions {
  /** A factor of the standard deviation; √2, the gain of ReLU, by default. */
  readonly gain?: number;
  /**
   * Which fan the variance is divided by. 'in' (the default) is the number of inputs of each output
   * and preserves the variance forward; 'out' is the number of outputs of each input and preserves
   * it backward.
   */
  readonly mode?: 'in' | 'out';
}

/**
 * Returns the fans of a weight of `shape` [outputs, inputs, …window]: `in` is inputs · window size,
 * the number of inputs of each output, and `out` is outputs · window size, the number of outputs of
 * each input. Throws, with `name`, if the shape has fewer than two axes.
 */
export function fansOf(name: string, shape: Shape): { readonly in: number; readonly out: number } {
  checkShape(name, shape);
  if (shape.length < 2) throw new Error(`${name}: a weight must have shape [outputs, inputs, …], got ${show(shape)}`);
  const window = sizeOf(shape.slice(2));
  return { in: shape[1]! * window, out: shape[0]! * window };
}

/** Returns uniform draws from (−bound, bound). */
export const symmetric = (key: Key, shape: Shape, bound: number): Tensor =>
  random
    .uniform(key, shape)
    .mul(2 * bound)
    .sub(bound);

/** Throws, with `name`, unless x is a finite number of at least 0; `what` names it in the error. */
export function checkDeviation(name: string, x: unknown, what = 'std'): void {
  if (typeof x !== 'number' || !(x >= 0 && x < Infinity))
    throw new Error(`${name}: ${what} must be a finite number that is not negative, got ${showAny(x)}`);
}

/**
 * Returns gain/√fan, or 0 for a weight without elements, whose fan is 0. Throws, with `name`,
 * unless the gain is finite and at least 0.
 */
function deviation(name: string, gain: number, fan: number): number {
  checkDeviation(name, gain, 'gain');
  return fan === 0 ? 0 : gain / Math.sqrt(fan);
}

/**
 * Returns the standard deviation gain/√fan of He et al. (2015) for a weight of `shape`. Throws,
 * with `name`, if the shape has fewer than two axes or if an option is not valid.
 */
export function kaimingDeviation(name: string, shape: Shape, options: KaimingOptions): number {
  const { gain = Math.SQRT2, mode = 'in' } = checkOptions(name, options, ['gain', 'mode']);
  if (mode !== 'in' && mode !== 'out') throw new Error(`${name}: mode must be 'in' or 'out', got ${showAny(mode)}`);
  return deviation(name, gain, fansOf(name, shape)[mode]);
}

/**
 * Returns the standard deviation gain · √(2/(in + out)) of Glorot and Bengio (2010) for a weight of
 * `shape`. Throws, with `name`, if the shape has fewer than two axes or if an option is not valid.
 */
export function xavierDeviation(name: string, shape: Shape, options: XavierOptions): number {
  const { gain = 1 } = checkOptions(name, options, ['gain']);
  const fans = fansOf(name, shape);
  return deviation(name, gain, (fans.in + fans.out) / 2);
}
