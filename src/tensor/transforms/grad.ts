import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import type { Argnums, Chosen } from './argnums.ts';
import type { ArgumentsOf } from './trace.ts';
import { scalarGradient } from './valueAndGrad.ts';

/**
 * Returns the function that computes the gradient ∇f of a scalar function f, for the same
 * arguments. The gradient is with respect to the argument at position `argnums`, by default the
 * first, and is a tree like it; if `argnums` is a list of positions, it is a list of such trees.
 * Numbers among the arguments reach f as tensors. An argument that f does not depend on gets zeros.
 * A call throws unless f returns a scalar.
 */
export function grad<A extends readonly Tree[] = Tensor[], const N extends Argnums = 0>(
  f: (...args: A) => TensorLike,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => Chosen<A, N> {
  checkFunction('grad', f);
  const { argnums = 0 as N } = checkOptions('grad', options, ['argnums']);
  return (...args) => scalarGradient('grad', f as (...args: Tree[]) => TensorLike, args, argnums)[1];
}
