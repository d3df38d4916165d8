import { stopGradient as stop } from '../../graph/build.ts';
import type { Tensors, Tree } from '../tree.ts';
import { nodesOf } from './trace.ts';

/** Returns a tensor or a tree of tensors with the same values, constant to differentiation. */
export function stopGradient<T extends Tree>(tree: T): Tensors<T> {
  const xs = nodesOf('stopGradient', tree);
  return xs.build(xs.nodes.map(stop));
}
