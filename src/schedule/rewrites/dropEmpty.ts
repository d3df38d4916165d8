import { reduce as folds } from '../../../kernels/reduce.ts';
import { broadcastTo, full, zeros } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';

/**
 * Replaces an operation whose input is empty but whose result is not. A fold over nothing is its
 * identity; a contraction or a pad of nothing is 0.
 */
export function dropEmpty(node: Node<'reduce' | 'contract' | 'pad'>): Node | undefined {
  if (sizeOf(node.shape) === 0 || node.inputs.every((x) => sizeOf(x.shape) > 0)) return undefined;
  return node.op === 'reduce' ? broadcastTo(full([], folds[node.attrs.kind].identity), node.shape) : zeros(node.shape);
}
