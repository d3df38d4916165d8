import { checkNumber } from '../../graph/checks.ts';
import { sizeOf, type Shape } from '../../graph/node.ts';
import { checkShape, show, showAny } from '../../graph/shape.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What a weight begins as: a function of a key and a shape. */
export type Initialiser = (key: Key, shape: Shape) => Tensor;

export interface Fans {
  readonly in: number;
  readonly out: number;
}

/**
 * How many inputs each output of a weight [outputs, inputs, …window] has, and how many outputs each input: inputs · window and
 * outputs · window.
 */
export function fansOf(name: string, shape: Shape): Fans {
  checkShape(name, shape);
  if (shape.length < 2) throw new Error(`${name}: weights must have shape [outputs, inputs, …], got ${show(shape)}`);
  const window = sizeOf(shape.slice(2));
  return { in: shape[1]! * window, out: shape[0]! * window };
}

/** Uniform in (−bound, bound). */
export const symmetric = (key: Key, shape: Shape, bound: number): Tensor =>
  random
    .uniform(key, shape)
    .mul(2 * bound)
    .sub(bound);

/** A standard deviation; of an empty weight any will do. */
export function deviation(name: string, gain: number, fan: number): number {
  checkNumber(name, 'gain', gain);
  return fan === 0 ? 0 : gain / Math.sqrt(fan);
}

export interface KaimingOptions {
  /** √2 by default, the gain of ReLU. */
  readonly gain?: number;
  /** Whether the variance is kept on the way forward, 'in', or on the way back, 'out'. */
  readonly mode?: 'in' | 'out';
}

export function kaimingDeviation(
  name: string,
  shape: Shape,
  { gain = Math.SQRT2, mode = 'in' }: KaimingOptions,
): number {
  if (mode !== 'in' && mode !== 'out') throw new Error(`${name}: mode must be 'in' or 'out', got ${showAny(mode)}`);
  return deviation(name, gain, fansOf(name, shape)[mode]);
}
