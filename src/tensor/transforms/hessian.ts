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
 * Returns the function that computes the Hessian H[i, j] = ∂²f/∂x_i∂x_j of a scalar function f, for
 * the same arguments, by forward over reverse mode. It has shape [...x, ...x] for the argument x at
 * position `argnums`, by default the first. For a tree x, or a list of positions, it is a tree like
 * x of trees like x. A call throws unless f returns a scalar.
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
