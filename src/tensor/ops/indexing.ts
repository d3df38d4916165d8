import { scatter } from '../../autodiff/rules.ts';
import * as g from '../../graph/build.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxis, show } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { guarded, indexNode } from './indices.ts';

/**
 * Prepares indexing of x along `axis`, where x has shape [before…, n, after…]. `flat` is x as
 * [before, n, after], with one axis for each group. `spread` holds the indices, those below 0 plus
 * n, broadcast to [before, count, after]. `shape` is [before…, ...indices.shape, after…]. Throws,
 * with `name`, if that is too large.
 */
function aroundAxis(name: string, x: Node, axis: number, indices: Node): { flat: Node; spread: Node; shape: Shape } {
  const n = x.shape[axis]!;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const shape = newShape(name, [...before, ...indices.shape, ...after]);
  const around = [sizeOf(before), sizeOf(after)] as const;
  const count = sizeOf(indices.shape);
  // Indices below 0 count from the end.
  const counted = g.where(g.elementwise('less', indices, g.constant(0)), g.add(indices, g.constant(n)), indices);
  return {
    flat: g.reshape(x, [around[0], n, around[1]]),
    spread: g.broadcastTo(g.reshape(counted, [1, count, 1]), [around[0], count, around[1]]),
    shape,
  };
}

/** Throws if the indices are longer than x along an axis other than `axis`. */
function checkWithin(name: string, x: Node, indices: Node, axis: number): void {
  if (indices.shape.some((d, i) => i !== axis && d > x.shape[i]!))
    throw new Error(
      `${name}: indices must not reach beyond the tensor off axis ${axis}, got ${show(indices.shape)} and ${show(x.shape)}`,
    );
}

/**
 * Returns the slices of x at `indices` along an axis, as NumPy's take does. For x [before…, n,
 * after…] the result has shape [before…, ...indices.shape, after…]. Indices are integers from −n to
 * n − 1; those below 0 count from the end. An index out of range throws if the host knows it; if
 * only a device knows it, its slice is NaN.
 */
export function take(x: TensorLike, indices: TensorLike, options: { axis?: number } = {}): Tensor {
  const { axis = 0 } = checkOptions('take', options, ['axis']);
  const node = nodeOf('take', x);
  const a = checkAxis('take', axis, node.shape.length);
  return taken('take', node, indices, a);
}

/** Does the work of `take` on a node; `name` is the function that errors name. */
function taken(name: string, node: Node, indices: TensorLike, axis: number): Tensor {
  const n = node.shape[axis]!;
  const { flat, spread, shape } = aroundAxis(name, node, axis, indexNode(name, indices, -n, n));
  return new Tensor(g.reshape(guarded(g.gather(flat, spread, 1), spread, n, indices), shape));
}

/**
 * Picks one element for each index, as PyTorch's gather does: y[i] = x[j], where j is i except for
 * j[axis] = indices[i]. Indices have x's rank, are not longer than x along the other axes, and are
 * integers from 0 to n − 1 for an axis of size n; the result has their shape. An index out of range
 * throws if the host knows it; if only a device knows it, it gives NaN. Indices of any other rank
 * make this `take`.
 */
export function gather(x: TensorLike, indices: TensorLike, options: { axis?: number } = {}): Tensor {
  const { axis = 0 } = checkOptions('gather', options, ['axis']);
  const node = nodeOf('gather', x);
  const a = checkAxis('gather', axis, node.shape.length);
  if (nodeOf('gather', indices).shape.length !== node.shape.length) return taken('gather', node, indices, a);
  const at = indexNode('gather', indices, 0, node.shape[a]!);
  checkWithin('gather', node, at, a);
  const within = g.shrink(
    node,
    node.shape.map(() => 0),
    node.shape.map((d, i) => (i === a ? d : at.shape[i]!)),
  );
  return new Tensor(guarded(g.gather(within, at, a), at, node.shape[a]!, indices));
}

/**
 * Returns x plus `updates` at `indices` along an axis; an index that occurs twice adds twice.
 * Indices of x's rank address elements as in `gather` (PyTorch's scatter_add); indices of any other
 * rank address slices as in `take`. Updates broadcast to the shape that `gather` or `take` returns
 * for these indices. An index out of range throws if the host knows it; if only a device knows it,
 * its update is not added.
 */
export function scatterAdd(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: { axis?: number } = {},
): Tensor {
  const name = 'scatterAdd';
  const { axis = 0 } = checkOptions(name, options, ['axis']);
  const node = nodeOf(name, x);
  const a = checkAxis(name, axis, node.shape.length);
  const n = node.shape[a]!;
  const values = nodeOf(name, updates);
  if (nodeOf(name, indices).shape.length === node.shape.length) {
    const at = indexNode(name, indices, 0, n);
    checkWithin(name, node, at, a);
    const sums = scatter(g.broadcastTo(values, at.shape, name), at, a, n);
    return new Tensor(g.add(node, g.extend(sums, node.shape)));
  }
  const { flat, spread, shape } = aroundAxis(name, node, a, indexNode(name, indices, -n, n));
  const laid = g.reshape(g.broadcastTo(values, shape, name), spread.shape);
  return new Tensor(g.reshape(g.add(flat, scatter(laid, spread, 1, n)), node.shape));
}
