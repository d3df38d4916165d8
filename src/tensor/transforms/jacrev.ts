import { vjp as sweep } from '../../autodiff/vjp.ts';
import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Tensor } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import { choose, type Argnums, type Chosen } from './argnums.ts';
import { overUnits, toBlock, type Jacobian } from './jacobian.ts';
import { call, filled, type ArgumentsOf } from './trace.ts';

/**
 * Returns the function that computes the Jacobian J[o, i] = ∂y_o/∂x_i of y = f(x) by reverse mode,
 * for the same arguments. x is the argument at position `argnums`, by default the first. J has
 * shape [...y, ...x]; if f returns a tree, it is a tree like y, and if x is a tree or `argnums` a
 * list, its tensors are replaced by trees like x. It takes one batched pullback of the unit
 * cotangents of y, so it is cheaper than `jacfwd` if y has fewer elements than x.
 */
export function jacrev<A extends readonly Tree[] = Tensor[], Y extends Tree = Tensor, const N extends Argnums = 0>(
  f: (...args: A) => Y,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => Jacobian<Y, Chosen<A, N>> {
  checkFunction('jacrev', f);
  const { argnums = 0 as N } = checkOptions('jacrev', options, ['argnums']);
  return jacrevAs('jacrev', f, argnums);
}

/** Does the work of `jacrev`; `name` is the transformation that errors name. */
export function jacrevAs<A extends readonly Tree[], Y extends Tree, N extends Argnums>(
  name: string,
  f: (...args: A) => Y,
  argnums: N,
): (...args: ArgumentsOf<A>) => Jacobian<Y, Chosen<A, N>> {
  return (...args) => {
    const { chosen, args: wrapped } = choose(name, args, argnums);
    const { nodes: xs } = chosen;
    const y = call(name, f as (...args: Tree[]) => Tree, wrapped);
    const blocks = y.nodes.map((node) => {
      const rows = overUnits(node.shape, (g) => filled(sweep([node], xs, g), xs));
      return chosen.build(rows.map((r, i) => toBlock(name, r, node.shape, xs[i]!.shape)));
    });
    return y.replace(blocks);
  };
}
