import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { vjp as sweep } from '../../autodiff/vjp.ts';
import { Tensor, type TensorLike } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import { choose, type Argnums, type Chosen } from './argnums.ts';
import { callScalar, filled, one, trace, type ArgumentsOf } from './trace.ts';

/**
 * Evaluates f and its gradient with respect to the arguments `argnums`, for `grad` and
 * `valueAndGrad`; `name` is the caller for errors.
 */
export function scalarGradient(
  name: string,
  f: (...args: Tree[]) => TensorLike,
  args: readonly Tree[],
  argnums: Argnums,
): [Tensor, Tree] {
  const { chosen, args: wrapped } = choose(name, args, argnums);
  const y = callScalar(name, f, wrapped);
  const grads = trace(() => sweep([y], chosen.nodes, [one]));
  return [new Tensor(y), chosen.build(filled(grads, chosen.nodes))];
}

/** Like `grad`, but returns the value too: `(...args) => [f(...args), gradient]`. */
export function valueAndGrad<A extends readonly Tree[] = Tensor[], const N extends Argnums = 0>(
  f: (...args: A) => TensorLike,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => [Tensor, Chosen<A, N>] {
  checkFunction('valueAndGrad', f);
  const { argnums = 0 as N } = checkOptions('valueAndGrad', options, ['argnums']);
  return (...args) => scalarGradient('valueAndGrad', f as (...args: Tree[]) => TensorLike, args, argnums);
}
