import { sizeOf, type Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkShape, show, showAny } from '../../graph/shape.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What a weight begins as: a function of a key and a shape. */
export type Initialiser = (key: Key, shape: Shape) => Tensor;

export interface XavierOptions {
  /** A factor of the standard deviation, 1 by default. `init.gains` has those of activations. */
  readonly gain?: number;
}

export interface KaimingOptions {
  /** A factor of the standard deviation, √2 by default: the gain of ReLU. */
  readonly gain?: number;
  /**
   * Whether the variance is kept on the way forward, 'in' (the default), or on the way back, 'out'.
   */
  readonly mode?: 'in' | 'out';
}

/**
 * For a weight [outputs, inputs, …window], how many inputs each output has and how many outputs
 * each input: inputs · window and outputs · window.
 */
export function fansOf(name: string, shape: Shape): { readonly in: number; readonly out: number } {
  checkShape(name, shape);
  if (shape.length < 2) throw new Error(`${name}: a weight must have shape [outputs, inputs, …], got ${show(shape)}`);
  const window = sizeOf(shape.slice(2));
  return { in: shape[1]! * window, out: shape[0]! * window };
}

/** Evenly distributed in (−bound, bound). */
export const symmetric = (key: Key, shape: Shape, bound: number): Tensor =>
  random
    .uniform(key, shape)
    .mul(2 * bound)
    .sub(bound);

export function checkDeviation(name: string, x: unknown, what = 'std'): void {
  if (typeof x !== 'number' || !(x >= 0 && x < Infinity))
    throw new Error(`${name}: ${what} must be a finite number that is not negative, got ${showAny(x)}`);
}

/** gain/√fan; of a weight without elements any number will do. */
function deviation(name: string, gain: number, fan: number): number {
  checkDeviation(name, gain, 'gain');
  return fan === 0 ? 0 : gain / Math.sqrt(fan);
}

export function kaimingDeviation(name: string, shape: Shape, options: KaimingOptions): number {
  const { gain = Math.SQRT2, mode = 'in' } = checkOptions(name, options, ['gain', 'mode']);
  if (mode !== 'in' && mode !== 'out') throw new Error(`${name}: mode must be 'in' or 'out', got ${showAny(mode)}`);
  return deviation(name, gain, fansOf(name, shape)[mode]);
}

export function xavierDeviation(name: string, shape: Shape, options: XavierOptions): number {
  const { gain = 1 } = checkOptions(name, options, ['gain']);
  const fans = fansOf(name, shape);
  return deviation(name, gain, (fans.in + fans.out) / 2);
}
