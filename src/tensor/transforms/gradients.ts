import { vjp } from '../../autodiff/vjp.ts';
import { checkOptions } from '../../graph/options.ts';
import { sameShape, show, showAny } from '../../graph/shape.ts';
import { checkOwn, nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { filled, one, trace } from './trace.ts';

/** Returns a list of x alone, or a copy of x if it is a list. */
const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? Array.from(x as readonly T[]) : [x as T]);

/**
 * Returns Σ_k cotangent_k · ∂output_k/∂input for each input, a tensor of the input's shape, by one
 * reverse sweep over the graph as it is. The cotangent of an output has its shape; for a scalar it
 * is 1 by default. An input that no output depends on gets zeros. Only uses of this very tensor
 * count, not those of an equal expression. Throws if the number or the shape of the cotangents does
 * not fit, or if an input is no tensor.
 */
export function gradients(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: { readonly cotangents?: TensorLike | readonly TensorLike[] } = {},
): Tensor[] {
  const { cotangents } = checkOptions('gradients', options, ['cotangents']);
  const ys = listOf(outputs).map((y) => nodeOf('gradients', y));
  const xs = listOf(inputs).map((x) => {
    checkOwn('gradients', x);
    if (!(x instanceof Tensor)) throw new Error(`gradients: an input must be a tensor, got ${showAny(x)}`);
    return nodeOf('gradients', x);
  });
  const given = cotangents === undefined ? [] : listOf(cotangents);
  if (cotangents !== undefined && given.length !== ys.length)
    throw new Error(`gradients: each of ${ys.length} outputs needs a cotangent, got ${given.length}`);
  const gs = ys.map((y, i) => {
    const g = given[i];
    if (g === undefined) {
      if (y.shape.length === 0) return one;
      throw new Error(`gradients: only a scalar has a default cotangent, got an output of shape ${show(y.shape)}`);
    }
    const node = nodeOf('gradients', g);
    if (!sameShape(node.shape, y.shape))
      throw new Error(`gradients: the cotangent must have shape ${show(y.shape)}, got ${show(node.shape)}`);
    return node;
  });
  return filled(
    trace(() => vjp(ys, xs, gs)),
    xs,
  ).map((n) => new Tensor(n));
}
