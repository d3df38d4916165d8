import { sizeOf, type Node } from '../../../graph/node.ts';
import { tile } from './multiply.ts';

/**
 * The minimum number of products in one example and in all. With fewer, packing costs more than it
 * gains.
 */
const fewest = { example: 2 ** 11, all: 2 ** 15 };

/** Tells whether a contraction fills a tile and has enough products to be worth packing. */
export function isLarge(node: Node): node is Node<'contract'> {
  if (node.op !== 'contract') return false;
  const { batch, rows } = node.attrs;
  const [a, b] = node.inputs as [Node, Node];
  const M = sizeOf(a.shape.slice(batch, batch + rows));
  const K = sizeOf(a.shape.slice(batch + rows));
  const N = sizeOf(b.shape.slice(batch)) / K;
  const products = M * N * K;
  const examples = sizeOf(a.shape.slice(0, batch));
  return M >= tile.rows && N >= tile.columns && products >= fewest.example && examples * products >= fewest.all;
}
