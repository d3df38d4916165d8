import { stopGradient as stop } from '../../graph/build.ts';
import type { Tensors, Tree } from '../tree.ts';
import { nodesOf } from './trace.ts';

/** Returns the tree with its tensors as constants to differentiation. Numbers become tensors. */
export function stopGradient<T extends Tree>(tree: T): Tensors<T> {
  const xs = nodesOf('stopGradient', tree);
  return xs.build(xs.nodes.map(stop));
}
