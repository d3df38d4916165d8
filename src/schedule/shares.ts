import { contract, permute, planned, reshape, slice, squeeze, sum } from '../graph/build.ts';
import { is, sizeOf, type Node } from '../graph/node.ts';
import { range } from '../graph/shape.ts';
import { move } from './products.ts';

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
 * A sum of products over a long axis as one over two axes, and what is left over added; each in
 * shares if it is long.
 */
export function inShares(node: Node<'contract'>): Node | undefined {
  const { batch, rows, columns, inner } = node.attrs;
  const [a, b] = node.inputs as [Node, Node];
  const at = a.shape.slice(batch + rows).findIndex((n) => n > longest);
  if (at < 0) return shared(node);
  const [left, right] = [batch + rows + at, batch + columns + at];
  const whole = a.shape[left]! - (a.shape[left]! % piece);
  const pieces = (x: Node, axis: number): Node =>
    reshape('contract', slice(x, axis, 0, whole), x.shape.toSpliced(axis, 1, whole / piece, piece));
  const rest = (x: Node, axis: number): Node => slice(x, axis, whole, x.shape[axis]!);
  const done = (y: Node): Node => (is(y, 'contract') && inShares(y)) || y;
  const most = done(contract(pieces(a, left), pieces(b, right), batch, inner + 1));
  return whole === a.shape[left]!
    ? most
    : planned('add', most, done(contract(rest(a, left), rest(b, right), batch, inner)));
}

/**
 * A few long sums of products as sums of shorter ones, one for each index of the first axis that is
 * summed over: threads enough for a GPU, none of which runs long. Rows and columns are exchanged on
 * the way where four neighbours then read the same row.
 */
function shared(node: Node<'contract'>): Node | undefined {
  const { batch, rows, columns, inner } = node.attrs;
  const [a, b] = node.inputs as [Node, Node];
  const sums = a.shape.slice(batch + rows);
  if (inner < 2 || sizeOf(sums) < long.sum || sizeOf(node.shape) >= long.results) return undefined;
  const left = move(a, batch + rows, batch);
  const right = move(b, batch + columns, batch);
  const added = (x: Node, y: Node): Node => squeeze(sum(contract(x, y, batch + 1, inner - 1), [batch]), [batch]);
  const exchange = rows > 0 && columns > 0 && node.shape.at(-1)! % 4 !== 0 && node.shape[batch + rows - 1]! % 4 === 0;
  if (!exchange) return added(left, right);
  const [first, second] = [range(columns).map((i) => batch + i), range(rows).map((i) => batch + columns + i)];
  return permute(added(right, left), [...range(batch), ...second, ...first]);
}
