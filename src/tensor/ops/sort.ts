import { checkIndices } from '../../device/limits.ts';
import * as g from '../../graph/build.ts';
import { sizeOf, type HostArray, type Node } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxis, range, showAny } from '../../graph/shape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/** Rows up to this length are sorted by n² comparisons on the device, longer ones on the host. */
const longest = 128;

/**
 * Returns the first `count` indices that put each row of [m, n] in order, as [m, count]. The order
 * is ascending with NaN last, or, if `up` is false, descending with NaN first. Equal elements keep
 * their order.
 */
function orderByCounting(rows: Node, up: boolean, count: number): Node {
  const n = rows.shape[1]!;
  const [xi, xj] = [g.unsqueeze(rows, [2]), g.unsqueeze(rows, [1])];
  const [i, j] = [g.reshape(g.iota(n), [n, 1]), g.iota(n)];
  const nan = (x: Node): Node => g.elementwise('isNaN', x);
  const below = (a: Node, b: Node): Node =>
    g.elementwise('or', g.elementwise('less', a, b), g.elementwise('greater', nan(b), nan(a)));
  const [first, last] = up ? [below(xj, xi), below(xi, xj)] : [below(xi, xj), below(xj, xi)];
  // x_j precedes x_i if x_j < x_i, or if they are equal and j < i. The position of x_i is the
  // number of elements that precede it.
  const places = g.sum(g.where(g.elementwise('less', j, i), g.elementwise('not', last), first), [2]);
  const hit = g.elementwise('equal', g.squeeze(g.unsqueeze(places, [1]), [3]), g.reshape(g.iota(count), [count, 1]));
  return g.squeeze(g.sum(g.where(hit, j, g.constant(0)), [2]), [2]);
}

/** Returns what `orderByCounting` returns, computed by a host function. */
function orderOnHost(rows: Node, up: boolean, count: number): Node {
  const [m, n] = rows.shape as [number, number];
  const sort = (x: HostArray): ArrayLike<number> => {
    const out = new Float64Array(m * count);
    for (let r = 0; r < m; r++) {
      const row = x.subarray(r * n, (r + 1) * n);
      const below = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a));
      const compare = (i: number, j: number): number => {
        const [a, b] = [row[i]!, row[j]!];
        const order = below(a, b) ? -1 : below(b, a) ? 1 : 0;
        return (up ? order : -order) || i - j;
      };
      out.set(range(n).sort(compare).slice(0, count), r * count);
    }
    return out;
  };
  return g.hostCall('sort', [rows], [m, count], ([x]) => sort(x!));
}

/**
 * Returns the first `count` elements of an axis in sorted order, and their indices, which are
 * constants to differentiation.
 */
function ordered(name: string, x: Node, axis: number, up: boolean, count: number): [Tensor, Tensor] {
  const n = x.shape[axis]!;
  checkIndices(name, n);
  const order = [...range(x.shape.length).filter((i) => i !== axis), axis];
  const moved = g.permute(x, order);
  const rows = g.reshape(moved, [sizeOf(moved.shape.slice(0, -1)), n]);
  const still = g.stopGradient(rows);
  const indices = n > longest ? orderOnHost(still, up, count) : orderByCounting(still, up, count);
  const back = (y: Node): Tensor =>
    new Tensor(g.permuteBack(g.reshape(y, [...moved.shape.slice(0, -1), count]), order));
  return [back(g.gather(rows, indices, 1)), back(indices)];
}

/**
 * Sorts along `axis`, by default the last, in ascending order and returns [values, indices], both
 * in the shape of x. Equal elements keep their order; NaN comes last. The derivative of each value
 * goes to the element it came from. Throws for a scalar.
 */
export function sort(x: TensorLike, options: { axis?: number } = {}): [values: Tensor, indices: Tensor] {
  const { axis = -1 } = checkOptions('sort', options, ['axis']);
  const node = nodeOf('sort', x);
  const a = checkAxis('sort', axis, node.shape.length);
  return ordered('sort', node, a, true, node.shape[a]!);
}

/**
 * Returns [values, indices] of the k largest elements along `axis`, by default the last, largest
 * first. Of equal elements the first comes first; NaN counts as largest. The derivative of each
 * value goes to the element it came from. Throws unless k is an integer from 0 to the axis's size.
 */
export function topK(x: TensorLike, k: number, options: { axis?: number } = {}): [values: Tensor, indices: Tensor] {
  const { axis = -1 } = checkOptions('topK', options, ['axis']);
  const node = nodeOf('topK', x);
  const a = checkAxis('topK', axis, node.shape.length);
  const n = node.shape[a]!;
  if (!Number.isInteger(k) || k < 0 || k > n)
    throw new Error(`topK: k must be an integer from 0 to ${n}, the size of the axis, got ${showAny(k)}`);
  return ordered('topK', node, a, false, k);
}
