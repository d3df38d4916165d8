import * as g from '../../graph/build.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxis } from '../../graph/shape.ts';
import { asTensor, Tensor, type TensorLike } from '../tensor.ts';

interface AxisOption {
  /** The last by default. */
  readonly axis?: number;
}

/** x less its maximum along the axis, which is a constant to differentiation: softmax does not see shifts. */
function shifted(name: string, x: TensorLike, options: AxisOption): { t: Tensor; a: number } {
  const { axis = -1 } = checkOptions(name, options, ['axis']);
  const t = asTensor(name, x);
  const a = checkAxis(name, axis, t.rank);
  return { t: t.sub(new Tensor(g.stopGradient(g.reduce('max', t.node, [a])))), a };
}

/** e^{x_i} / Σ_j e^{x_j} along an axis. */
export function softmax(x: TensorLike, options: AxisOption = {}): Tensor {
  const { t, a } = shifted('softmax', x, options);
  const e = t.exp();
  return e.div(e.sum({ axis: a, keepDims: true }));
}

/** x_i − log Σ_j e^{x_j} along an axis. */
export function logSoftmax(x: TensorLike, options: AxisOption = {}): Tensor {
  const { t, a } = shifted('logSoftmax', x, options);
  return t.sub(t.exp().sum({ axis: a, keepDims: true }).log());
}
