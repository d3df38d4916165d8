import { elementwise, reshape } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import type { Rewrite } from './rewrite.ts';

/** Replaces a contraction whose sums have one term by a product. */
export const contractToProduct: Rewrite<'contract'> = (node) => {
  const [a, b] = node.inputs as [Node, Node];
  const { batch, rows, columns } = node.attrs;
  if (sizeOf(node.shape) === 0 || sizeOf(a.shape.slice(batch + rows)) !== 1) return undefined;
  const ones = (n: number): number[] => Array<number>(n).fill(1);
  const left = reshape(a, [...a.shape.slice(0, batch + rows), ...ones(columns)]);
  const right = reshape(b, [...b.shape.slice(0, batch), ...ones(rows), ...b.shape.slice(batch, batch + columns)]);
  return elementwise('mul', left, right);
};
