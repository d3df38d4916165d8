import { stopGradient as stop } from '../../graph/build.ts';
import type { Tensors, Tree } from '../tree.ts';
import { nodesOf } from './trace.ts';

/** The same values, a constant to differentiation: a tensor or a tree of them. */
export function stopGradient<T extends Tree>(tree: T): Tensors<T> {
  const xs = nodesOf('stopGradient', tree);
  return xs.build(xs.nodes.map(stop));
}
