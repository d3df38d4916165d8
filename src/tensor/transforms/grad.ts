import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import type { Argnums, Chosen } from './argnums.ts';
import type { ArgumentsOf } from './trace.ts';
import { scalarGradient } from './valueAndGrad.ts';

/**
 * The gradient of a scalar function, as a function of the same arguments. It returns ∇f with
 * respect to the argument `argnums` (a tree like that argument), or a list of trees if `argnums` is
 * a list. An argument that f does not depend on gets zeros.
 */
export function grad<A extends readonly Tree[] = Tensor[], const N extends Argnums = 0>(
  f: (...args: A) => TensorLike,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => Chosen<A, N> {
  checkFunction('grad', f);
  const { argnums = 0 as N } = checkOptions('grad', options, ['argnums']);
  return (...args) => scalarGradient('grad', f as (...args: Tree[]) => TensorLike, args, argnums)[1];
}
