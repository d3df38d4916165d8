import { contract, permute, squeeze, sum } from '../graph/build.ts';
import { sizeOf, type Node } from '../graph/node.ts';
import { range } from '../graph/shape.ts';
import { move } from './products.ts';

/** Sums from this length on, where there are fewer than so many of them: the gradients of filters. */
const long = { sum: 2048, results: 2 ** 14 };

/**
 * A few long sums of products as sums of shorter ones, one for each index of the first axis that is summed over: threads enough for a GPU,
 * none of which runs long. Rows and columns are exchanged on the way where four neighbours then read the same row.
 */
export function inShares(node: Node<'contract'>): Node | undefined {
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
