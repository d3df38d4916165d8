import { add, contract, moveAxis, permute, reshape, slice, squeeze, sum } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * A contraction is split along its first inner axis if its sums have at least `sum` terms and it
 * has fewer than `results` elements. The gradients of convolution filters are of this kind.
 */
const long = { sum: 2048, results: 2 ** 14 };

/**
 * Longer axes are divided into pieces of `piece`. llvmpipe, which runs shaders on the CPU, ends a
 * loop after 65 535 iterations without an error.
 */
const longest = 2 ** 15;
const piece = 2 ** 12;

/**
 * Split-K: rewrites a few long sums of products as sums of shorter ones, so that a GPU has enough
 * threads and no thread runs long. A very long axis is first reshaped into two axes; the rest of
 * its elements is contracted separately and added.
 */
export const splitK: Rewrite<'contract'> = (node, context) => {
  if (!context.splitK) return undefined;
  const { batch, rows, columns, inner } = node.attrs;
  const [a, b] = node.inputs as [Node, Node];
  const at = a.shape.slice(batch + rows).findIndex((n) => n > longest);
  if (at < 0) return alongFirst(node);
  const [left, right] = [batch + rows + at, batch + columns + at];
  const whole = a.shape[left]! - (a.shape[left]! % piece);
  const pieces = (x: Node, axis: number): Node =>
    reshape(slice(x, axis, 0, whole), x.shape.toSpliced(axis, 1, whole / piece, piece));
  const rest = (x: Node, axis: number): Node => slice(x, axis, whole, x.shape[axis]!);
  const done = (y: Node): Node => (y.op === 'contract' && splitK(y, context)) || y;
  const most = done(contract(pieces(a, left), pieces(b, right), batch, inner + 1));
  return whole === a.shape[left]! ? most : add(most, done(contract(rest(a, left), rest(b, right), batch, inner)));
};

/**
 * Makes one contraction for each index of the first inner axis, and sums their results. Rows and
 * columns are exchanged if four adjacent outputs then read the same row.
 */
function alongFirst(node: Node<'contract'>): Node | undefined {
  const { batch, rows, columns, inner } = node.attrs;
  const [a, b] = node.inputs as [Node, Node];
  const sums = a.shape.slice(batch + rows);
  if (inner < 2 || sizeOf(sums) < long.sum || sizeOf(node.shape) >= long.results) return undefined;
  const left = moveAxis(a, batch + rows, batch);
  const right = moveAxis(b, batch + columns, batch);
  const added = (x: Node, y: Node): Node => squeeze(sum(contract(x, y, batch + 1, inner - 1), [batch]), [batch]);
  const exchange = rows > 0 && columns > 0 && node.shape.at(-1)! % 4 !== 0 && node.shape[batch + rows - 1]! % 4 === 0;
  if (!exchange) return added(left, right);
  const [first, second] = [range(columns).map((i) => batch + i), range(rows).map((i) => batch + columns + i)];
  return permute(added(right, left), [...range(batch), ...second, ...first]);
}
