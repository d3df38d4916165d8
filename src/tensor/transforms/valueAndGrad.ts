import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { vjp as sweep } from '../../autodiff/vjp.ts';
import type { Node } from '../../graph/node.ts';
import { show } from '../../graph/shape.ts';
import { topological } from '../../graph/walk.ts';
import { Tensor, type TensorLike } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import { choose, type Argnums, type Chosen } from './argnums.ts';
import { warnOnce } from '../warnOnce.ts';
import { callScalar, filled, one, trace, type ArgumentsOf } from './trace.ts';

/**
 * Warns if y, which depends on none of the arguments' nodes `xs`, depends on a tensor that was
 * passed for one of them: the function then reaches it through a closure.
 */
function warnOfClosure(name: string, y: Node, xs: readonly Node[]): void {
  const around = new Set(topological([y], (n) => n.op === 'argument'));
  const missed = xs.find(({ inputs: [x] }) => x!.op !== 'constant' && around.has(x!));
  if (missed)
    warnOnce(
      `${name} of a closure`,
      `${name}: the function reaches the tensor of shape ${show(missed.shape)} only through a closure, so zeros; ` +
        'use its argument in that place, as in (w) => w.square().sum()',
    );
}

/**
 * Returns the value of f and its gradient with respect to the arguments `argnums`; `name` is the
 * transformation that errors name. Throws unless f returns a scalar.
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
  if (grads.every((g) => g === null)) warnOfClosure(name, y, chosen.nodes);
  return [new Tensor(y), chosen.build(filled(grads, chosen.nodes))];
}

/**
 * Returns the function `(...args) => [f(...args), gradient]`, where the gradient is that of `grad`.
 * Value and gradient share their computation.
 */
export function valueAndGrad<A extends readonly Tree[] = Tensor[], const N extends Argnums = 0>(
  f: (...args: A) => TensorLike,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => [Tensor, Chosen<A, N>] {
  checkFunction('valueAndGrad', f);
  const { argnums = 0 as N } = checkOptions('valueAndGrad', options, ['argnums']);
  return (...args) => scalarGradient('valueAndGrad', f as (...args: Tree[]) => TensorLike, args, argnums);
}
