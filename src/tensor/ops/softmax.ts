import * as g from '../../graph/build.ts';
import { checkAxis } from '../../graph/shape.ts';
import { asTensor, Tensor, type TensorLike } from '../tensor.ts';

/** x less its maximum along the axis, which is a constant to differentiation: softmax does not see shifts. */
function shifted(name: string, x: TensorLike, axis: number): { t: Tensor; a: number } {
  const t = asTensor(name, x);
  const a = checkAxis(name, axis, t.rank);
  return { t: t.sub(new Tensor(g.stopGradient(g.reduce('max', t.node, [a])))), a };
}

/** e^{x_i} / Σ_j e^{x_j} along an axis. */
export function softmax(x: TensorLike, { axis = -1 }: { axis?: number } = {}): Tensor {
  const { t, a } = shifted('softmax', x, axis);
  const e = t.exp();
  return e.div(e.sum({ axis: a, keepDims: true }));
}

/** x_i − log Σ_j e^{x_j} along an axis. */
export function logSoftmax(x: TensorLike, { axis = -1 }: { axis?: number } = {}): Tensor {
  const { t, a } = shifted('logSoftmax', x, axis);
  return t.sub(t.exp().sum({ axis: a, keepDims: true }).log());
}
