import * as g from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { broadcastShapes, sameShape, show } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/**
 * Returns the shape to which the batch axes of both operands broadcast by NumPy's rules. Throws if
 * there is none.
 */
function batchOf(a: Node, b: Node): readonly number[] {
  const [left, right] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  try {
    return broadcastShapes('matmul', left, right);
  } catch {
    throw new Error(`matmul: batch dimensions must broadcast together, got ${show(a.shape)} and ${show(b.shape)}`);
  }
}

/** Returns a tensor of a node. Throws if it is too large for the current device. */
const made = (y: Node): Tensor => (newShape('matmul', y.shape), new Tensor(y));

/**
 * The matrix product y[…, i, j] = Σ_k a[…, i, k] b[…, k, j]. Axes before the last two are batches
 * and broadcast. An operand of rank 1 is a vector [k], and the result lacks its axis: [i, k] times
 * [k] is [i], and [k] times [k] is a scalar. Throws if the sizes k differ, if batches do not
 * broadcast, or if an operand is a scalar.
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = [nodeOf('matmul', a), nodeOf('matmul', b)];
  const [r, s] = [x.shape.length, y.shape.length];
  if (r === 0 || s === 0)
    throw new Error(`matmul: operands must have at least one axis, got ${show(x.shape)} and ${show(y.shape)}`);
  if (x.shape[r - 1] !== y.shape[Math.max(0, s - 2)])
    throw new Error(
      `matmul: inner dimensions must agree, got ${show(x.shape)} and ${show(y.shape)}${x.shape[r - 1] === y.shape[s - 1] ? '; transpose the second?' : ''}`,
    );
  // `contract` takes the axis of the columns before the inner axis.
  const columns = s === 1 ? y : g.swapAxes(y, s - 2, s - 1);
  if (s <= 2) return made(g.contract(x, columns, 0, 1));
  if (r === 1) return made(g.contract(columns, x, 0, 1));
  const batch = batchOf(x, y);
  const spread = (n: Node): Node =>
    sameShape(n.shape.slice(0, -2), batch) ? n : g.broadcastTo(n, [...batch, ...n.shape.slice(-2)]);
  return made(g.contract(spread(x), spread(columns), batch.length, 1));
}
