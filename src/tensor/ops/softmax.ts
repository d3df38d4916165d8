import { checkOptions } from '../../graph/options.ts';
import { checkAxis } from '../../graph/shape.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor.ts';
import { logSoftmaxOver, softmaxOver } from './exponentials.ts';

/** Returns x as a tensor, and the axis. Throws, with `name`, if x does not have it. */
function along(name: string, x: TensorLike, options: { axis?: number }): [Tensor, axis: number] {
  const { axis = -1 } = checkOptions(name, options, ['axis']);
  const t = asTensor(name, x);
  return [t, checkAxis(name, axis, t.rank)];
}

/**
 * e^{x_i} / Σ_j e^{x_j} along `axis`, by default the last, in the shape of x. No e^x overflows.
 * Throws for a scalar.
 */
export function softmax(x: TensorLike, options: { axis?: number } = {}): Tensor {
  const [t, axis] = along('softmax', x, options);
  return softmaxOver(t, [axis]);
}

/**
 * x_i − log Σ_j e^{x_j} along `axis`, by default the last, in the shape of x. No e^x overflows.
 * Throws for a scalar.
 */
export function logSoftmax(x: TensorLike, options: { axis?: number } = {}): Tensor {
  const [t, axis] = along('logSoftmax', x, options);
  return logSoftmaxOver(t, [axis]);
}
