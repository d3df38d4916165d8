import { add, contract, moveAxis, permute, reshape, slice, squeeze, sum } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Sums from this length on, where there are fewer than so many of them: the gradients of filters.
 */
const long = { sum: 2048, results: 2 ** 14 };

/**
 * Longer loops are cut: llvmpipe, an imitation of a GPU, ends a loop after 65 535 rounds, without
 * an error.
 */
const longest = 2 ** 15;
const piece = 2 ** 12;

/**
 * Split-K: a few long sums of products become sums of shorter ones, so that a GPU has threads
 * enough and none of them runs long. A very long axis becomes two axes first; what is left over is
 * added.
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
 * One contraction for each index of the first axis that is summed over, and their sum. Rows and
 * columns are exchanged on the way where four adjacent outputs then read the same row.
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
