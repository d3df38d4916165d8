import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import type { Argnums, Chosen } from './argnums.ts';
import { jacfwdAs } from './jacfwd.ts';
import type { Jacobian } from './jacobian.ts';
import { jacrevAs } from './jacrev.ts';
import type { ArgumentsOf } from './trace.ts';

/**
 * The Hessian H[i, j] = ∂²f/∂x_i∂x_j of a scalar function, by forward over reverse mode. For a tree
 * it is a tree of trees.
 */
export function hessian<A extends readonly Tree[] = Tensor[], const N extends Argnums = 0>(
  f: (...args: A) => TensorLike,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => Jacobian<Chosen<A, N>, Chosen<A, N>> {
  checkFunction('hessian', f);
  const { argnums = 0 as N } = checkOptions('hessian', options, ['argnums']);
  const first = jacrevAs('hessian', f, argnums) as (...args: Tree[]) => Tree;
  return jacfwdAs('hessian', first, argnums) as (...args: Tree[]) => Tree;
}
