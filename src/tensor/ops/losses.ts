import * as g from '../../graph/build.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxis, sameShape, show, showAny } from '../../graph/shape.ts';
import { asTensor, Tensor, type TensorLike } from '../tensor.ts';
import { guarded, indexNode } from './indices.ts';
import { crossEntropyOver } from './exponentials.ts';

/**
 * Returns both operands as tensors. Throws unless they have one shape or one of them is a scalar:
 * [n] with [n, 1] is nearly always a mistake.
 */
function pairOf(name: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const [s, t] = [asTensor(name, a), asTensor(name, b)];
  if (s.rank > 0 && t.rank > 0 && !sameShape(s.shape, t.shape))
    throw new Error(`${name}: shapes must agree, got ${show(s.shape)} and ${show(t.shape)}`);
  return [s, t];
}

/**
 * The mean of (prediction − target)² over all elements, a scalar; NaN if there are none. Throws
 * unless the shapes are equal or one operand is a scalar.
 */
export function mse(predictions: TensorLike, targets: TensorLike): Tensor {
  const [p, t] = pairOf('mse', predictions, targets);
  return p.sub(t).square().mean();
}

/**
 * The mean over all elements of e²/2 where |e| ≤ δ, else δ (|e| − δ/2), for e = prediction −
 * target. `delta` is δ > 0, 1 by default. Throws unless the shapes are equal or one operand is a
 * scalar.
 */
export function huber(predictions: TensorLike, targets: TensorLike, options: { delta?: number } = {}): Tensor {
  const { delta = 1 } = checkOptions('huber', options, ['delta']);
  if (typeof delta !== 'number' || !(delta > 0))
    throw new Error(`huber: delta must be a positive number, got ${showAny(delta)}`);
  const [p, t] = pairOf('huber', predictions, targets);
  const e = p.sub(t);
  const size = e.abs();
  const near = size.lessEqual(delta);
  // Where |e| > δ, the branch that is not chosen squares 0 instead of e, because the derivative of
  // e² would overflow for large e.
  return near.where(near.where(e, 0).square().mul(0.5), size.sub(delta / 2).mul(delta)).mean();
}

/**
 * Cross-entropy: the mean of −Σ_c q_c log softmax(logits)_c over all axes but `axis`, that of the
 * classes (by default the last). `labels` are class indices, of the logits' shape without that
 * axis, or the probabilities q, of the logits' shape. They need not add up to 1. Throws for other
 * shapes. An index that is no class throws if the host knows it; if only a device knows it, the
 * loss is NaN.
 */
export function crossEntropy(logits: TensorLike, labels: TensorLike, options: { axis?: number } = {}): Tensor {
  const { axis = -1 } = checkOptions('crossEntropy', options, ['axis']);
  const x = asTensor('crossEntropy', logits);
  const a = checkAxis('crossEntropy', axis, x.rank);
  const q = asTensor('crossEntropy', labels);
  const outer = x.shape.filter((_, i) => i !== a);
  if (sameShape(q.shape, outer)) {
    const classes = x.shape[a]!;
    const chosen = g.unsqueeze(indexNode('crossEntropy', q, 0, classes), [a]);
    const places = g.counter(classes, x.rank, a);
    const own = new Tensor(g.elementwise('equal', chosen, places));
    const losses = crossEntropyOver(x, own, () => 1, [a]).squeeze({ axis: a });
    return new Tensor(guarded(losses.node, q.node, classes, labels)).mean();
  }
  if (!sameShape(q.shape, x.shape))
    throw new Error(
      `crossEntropy: labels must be class indices of shape ${show(outer)} or probabilities of shape ${show(x.shape)}, ` +
        `got ${show(q.shape)}`,
    );
  if (x.shape[a] === 0) return x.sum({ axis: a }).mean();
  return crossEntropyOver(x, q, (q) => q.sum({ axis: a, keepDims: true }), [a]).mean();
}

/**
 * Binary cross-entropy: the mean of −(z log σ(x) + (1 − z) log(1 − σ(x))) over all elements, for
 * logits x, targets z from 0 to 1 and σ(x) = 1/(1 + e^{−x}). Throws unless the shapes are equal or
 * one operand is a scalar.
 */
export function bceWithLogits(logits: TensorLike, targets: TensorLike): Tensor {
  const [x, z] = pairOf('bceWithLogits', logits, targets);
  // By log σ(x) = −softplus(−x) neither term cancels.
  return z.mul(x.neg().softplus()).add(z.neg().add(1).mul(x.softplus())).mean();
}
