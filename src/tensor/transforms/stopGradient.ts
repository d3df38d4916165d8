import { stopGradient as stop } from '../../graph/build.ts';
import type { TensorLike } from '../tensor.ts';
import type { Tensors, Tree } from '../tree.ts';
import { nodesOf, type Inputs } from './trace.ts';

/** The same values, a constant to differentiation: a tensor or a tree of them. */
export function stopGradient<T extends Tree | TensorLike>(tree: Inputs<T>): Tensors<T> {
  const xs = nodesOf('stopGradient', tree);
  return xs.build(xs.nodes.map(stop));
}
