import * as g from '../../graph/build.ts';
import { largestIndex } from '../../kernel/largestIndex.ts';
import { checkList } from '../../graph/checks.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxes, checkAxis, range, show, showAny } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/** Returns a tensor of a node. Throws, with `name`, if it is too large for the current device. */
const made = (name: string, y: Node): Tensor => (newShape(name, y.shape), new Tensor(y));

/**
 * The elements of x in the same row-major order, in another shape. One size may be −1: it follows
 * from the others. Throws if the numbers of elements differ.
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const node = nodeOf('reshape', x);
  const size = sizeOf(node.shape);
  const free = Array.isArray(shape) ? shape.indexOf(-1) : -1;
  if (free < 0) return new Tensor(g.reshape(node, newShape('reshape', shape)));
  if (shape.lastIndexOf(-1) !== free) throw new Error(`reshape: at most one size may be -1, got ${show(shape)}`);
  const known = sizeOf(shape.filter((_, i) => i !== free));
  if (known === 0 || size % known !== 0) throw new Error(`reshape: ${size} elements cannot fill ${show(shape)}`);
  const full = shape.map((d, i) => (i === free ? size / known : d));
  return new Tensor(g.reshape(node, newShape('reshape', full)));
}

/**
 * Returns the node with its axes in this order. Throws, with `name`, unless it names each axis
 * once.
 */
function ordered(name: string, node: Node, order: Shape): Tensor {
  checkList(name, 'the order', order);
  const rank = node.shape.length;
  const axes = order.map((a) => checkAxis(name, a, rank));
  if (axes.length !== rank || new Set(axes).size !== rank)
    throw new Error(`${name}: the order must name each of ${rank} axes once, got ${show(order)}`);
  return new Tensor(g.permute(node, axes));
}

/**
 * x with its axes in another order: axis i of the result is axis order[i] of x. Throws unless the
 * order names each axis once.
 */
export const permute = (x: TensorLike, order: Shape): Tensor => ordered('permute', nodeOf('permute', x), order);

/**
 * x with its axes reversed, or in the given order, as NumPy's transpose. Throws unless the order
 * names each axis once.
 */
export function transpose(x: TensorLike, order?: Shape): Tensor {
  const node = nodeOf('transpose', x);
  return ordered('transpose', node, order ?? range(node.shape.length).reverse());
}

/**
 * x repeated along new leading axes and along its axes of size 1, so that it has `shape`. Throws if
 * another axis differs from `shape`.
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  return new Tensor(g.broadcastTo(nodeOf('broadcastTo', x), newShape('broadcastTo', shape)));
}

/**
 * x without its axes of size 1, or without the axes that `axis` names. Throws if one of those has
 * another size.
 */
export function squeeze(x: TensorLike, options: { axis?: number | readonly number[] } = {}): Tensor {
  const { axis } = checkOptions('squeeze', options, ['axis']);
  const node = nodeOf('squeeze', x);
  const axes = checkAxes('squeeze', axis, node.shape.length).filter((a) => axis !== undefined || node.shape[a] === 1);
  for (const a of axes)
    if (node.shape[a] !== 1) throw new Error(`squeeze: axis ${a} must have size 1, got shape ${show(node.shape)}`);
  return new Tensor(g.squeeze(node, axes));
}

/**
 * x with new axes of size 1; `axis` gives their positions in the result. Throws if two are equal or
 * lie outside of it.
 */
export function unsqueeze(x: TensorLike, axis: number | readonly number[]): Tensor {
  const node = nodeOf('unsqueeze', x);
  const axes = Array.isArray(axis) ? (axis as readonly number[]) : [axis as number];
  return made('unsqueeze', g.unsqueeze(node, checkAxes('unsqueeze', axes, node.shape.length + axes.length)));
}

/**
 * The part of x with indices from starts[a] to below ends[a] along each axis a. A missing start is
 * 0, and a missing end is the axis's size. Negative bounds count from the end of the axis. Bounds
 * beyond the axis are moved to its ends, and an end before its start gives size 0. Throws if there
 * are more bounds than axes.
 */
export function slice(x: TensorLike, starts: Shape, ends: Shape = []): Tensor {
  const node = nodeOf('slice', x);
  checkList('slice', 'starts', starts);
  checkList('slice', 'ends', ends);
  if (starts.length > node.shape.length || ends.length > node.shape.length)
    throw new Error(
      `slice: at most ${node.shape.length} bounds fit shape ${show(node.shape)}, got ${show(starts)} to ${show(ends)}`,
    );
  const place = (at: number | undefined, d: number, otherwise: number): number => {
    if (at === undefined) return otherwise;
    if (!Number.isInteger(at)) throw new Error(`slice: bounds must be integers, got ${showAny(at)}`);
    return Math.min(d, Math.max(0, at < 0 ? at + d : at));
  };
  const from = node.shape.map((d, i) => place(starts[i], d, 0));
  const to = node.shape.map((d, i) => Math.max(from[i]!, place(ends[i], d, d)));
  const sizes = to.map((t, i) => t - from[i]!);
  return new Tensor(g.shrink(node, from, sizes));
}

/**
 * x surrounded by copies of `value`, by default 0. `widths` has one pair [before, after] for each
 * axis. Throws unless all widths are non-negative integers.
 */
export function pad(
  x: TensorLike,
  widths: readonly (readonly [number, number])[],
  options: { value?: number } = {},
): Tensor {
  const { value = 0 } = checkOptions('pad', options, ['value']);
  const node = nodeOf('pad', x);
  checkList('pad', 'widths', widths);
  if (widths.length !== node.shape.length)
    throw new Error(`pad: one [before, after] for each of ${node.shape.length} axes is needed, got ${widths.length}`);
  for (const w of widths)
    if (!Array.isArray(w) || w.length !== 2 || w.some((n) => !Number.isInteger(n) || n < 0))
      throw new Error(`pad: widths must be pairs of non-negative integers, got ${showAny(w)}`);
  const [before, after] = [widths.map((w) => w[0]), widths.map((w) => w[1])];
  const put = (n: Node): Node => g.pad(n, before, after);
  const padded = made('pad', put(node)).node;
  if (value === 0) return new Tensor(padded);
  const inside = put(g.full(node.shape, 1));
  return new Tensor(g.where(inside, padded, g.constant(value)));
}

/** x in reverse order along the axes that `axis` names, by default along all. */
export function flip(x: TensorLike, options: { axis?: number | readonly number[] } = {}): Tensor {
  const { axis } = checkOptions('flip', options, ['axis']);
  const node = nodeOf('flip', x);
  return new Tensor(g.flip(node, checkAxes('flip', axis, node.shape.length)));
}

/**
 * The tensors of a list one after the other along `axis`, by default 0. Throws if the list is empty
 * or if their shapes differ along any other axis.
 */
export function concat(list: readonly TensorLike[], options: { axis?: number } = {}): Tensor {
  const { axis = 0 } = checkOptions('concat', options, ['axis']);
  checkList('concat', 'tensors', list);
  if (list.length === 0) throw new Error('concat: at least one tensor is needed, got none');
  const nodes = Array.from(list, (x) => nodeOf('concat', x));
  const [head] = nodes as [Node];
  const a = checkAxis('concat', axis, head.shape.length);
  for (const n of nodes)
    if (n.shape.length !== head.shape.length || n.shape.some((d, i) => i !== a && d !== head.shape[i]))
      throw new Error(`concat: shapes must agree off axis ${a}, got ${show(head.shape)} and ${show(n.shape)}`);
  return made('concat', g.concat(nodes, a));
}

/**
 * The tensors of a list side by side along a new axis; `axis` is its position in the result, by
 * default 0. Throws if the list is empty or if the shapes differ.
 */
export function stack(list: readonly TensorLike[], options: { axis?: number } = {}): Tensor {
  const { axis = 0 } = checkOptions('stack', options, ['axis']);
  checkList('stack', 'tensors', list);
  if (list.length === 0) throw new Error('stack: at least one tensor is needed, got none');
  const nodes = Array.from(list, (x) => nodeOf('stack', x));
  const [head] = nodes as [Node];
  for (const n of nodes)
    if (n.shape.join() !== head.shape.join())
      throw new Error(`stack: shapes must agree, got ${show(head.shape)} and ${show(n.shape)}`);
  const a = checkAxis('stack', axis, head.shape.length + 1);
  const rows = nodes.map((n) => g.unsqueeze(n, [a]));
  return made('stack', g.concat(rows, a));
}

/**
 * Splits x along `axis`, by default 0, and returns the pieces in order. A number `parts` is the
 * count of equal pieces; a list gives the pieces' sizes along the axis. Throws if the axis cannot
 * be divided evenly or if the sizes do not add up to it.
 */
export function split(x: TensorLike, parts: number | readonly number[], options: { axis?: number } = {}): Tensor[] {
  const { axis = 0 } = checkOptions('split', options, ['axis']);
  const node = nodeOf('split', x);
  const a = checkAxis('split', axis, node.shape.length);
  const n = node.shape[a]!;
  if (typeof parts === 'number' && (!Number.isInteger(parts) || parts < 1 || parts > largestIndex || n % parts !== 0))
    throw new Error(`split: ${showAny(parts)} equal parts do not fit an axis of size ${n}`);
  const sizes = typeof parts === 'number' ? range(parts).map(() => n / parts) : checkList('split', 'sizes', parts);
  if (sizes.some((s) => !Number.isInteger(s) || s < 0) || sizes.reduce((t, s) => t + s, 0) !== n)
    throw new Error(`split: sizes must be non-negative integers with sum ${n}, got ${showAny(sizes)}`);
  let at = 0;
  return sizes.map((s) => new Tensor(g.slice(node, a, at, (at += s))));
}
