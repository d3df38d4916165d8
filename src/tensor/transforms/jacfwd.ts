import { jvp as sweep } from '../../autodiff/jvp.ts';
import { permute } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { range } from '../../graph/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import { choose, type Argnums, type Chosen } from './argnums.ts';
import { overUnits, toBlock, type Jacobian } from './jacobian.ts';
import { call, filled, type ArgumentsOf } from './trace.ts';

/**
 * Returns the function that computes the Jacobian J[o, i] = ∂y_o/∂x_i of y = f(x) by forward mode,
 * for the same arguments. Its layout is that of `jacrev`. It takes one batched pushforward of the
 * unit tangents of x, so it is cheaper than `jacrev` if x has fewer elements than y.
 */
export function jacfwd<A extends readonly Tree[] = Tensor[], Y extends Tree = Tensor, const N extends Argnums = 0>(
  f: (...args: A) => Y,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => Jacobian<Y, Chosen<A, N>> {
  checkFunction('jacfwd', f);
  const { argnums = 0 as N } = checkOptions('jacfwd', options, ['argnums']);
  return jacfwdAs('jacfwd', f, argnums);
}

/** Does the work of `jacfwd`; `name` is the transformation that errors name. */
export function jacfwdAs<A extends readonly Tree[], Y extends Tree, N extends Argnums>(
  name: string,
  f: (...args: A) => Y,
  argnums: N,
): (...args: ArgumentsOf<A>) => Jacobian<Y, Chosen<A, N>> {
  return (...args) => {
    const { chosen, args: wrapped } = choose(name, args, argnums);
    const y = call(name, f as (...args: Tree[]) => Tree, wrapped);
    const columns = chosen.nodes.map((x) => overUnits(x.shape, (t) => filled(sweep(y.nodes, [x], t), y.nodes)));
    const blocks = y.nodes.map((node, o) =>
      chosen.build(
        chosen.nodes.map((x, i) => {
          const inputFirst = columns[i]![o]!;
          const rank = node.shape.length;
          return toBlock(name, permute(inputFirst, [...range(rank).map((a) => a + 1), 0]), node.shape, x.shape);
        }),
      ),
    );
    return y.replace(blocks);
  };
}
