import { vmapNodes } from '../../autodiff/batch.ts';
import { jvp as sweep } from '../../autodiff/jvp.ts';
import { permute } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import { sizeOf } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { range } from '../../graph/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tree } from '../tree.ts';
import { choose, type Argnums, type Chosen } from './argnums.ts';
import { basis, toBlock, type Jacobian } from './jacobian.ts';
import { call, filled, trace, type ArgumentsOf } from './trace.ts';

/**
 * The Jacobian J[o, i] = ∂y_o/∂x_i by forward mode, laid out as by `jacrev`. It takes one batched
 * pushforward of the unit tangents, and is cheaper than `jacrev` where x is smaller than y.
 */
export function jacfwd<A extends readonly Tree[] = Tensor[], Y extends Tree = Tensor, const N extends Argnums = 0>(
  f: (...args: A) => Y,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => Jacobian<Y, Chosen<A, N>> {
  checkFunction('jacfwd', f);
  const { argnums = 0 as N } = checkOptions('jacfwd', options, ['argnums']);
  return (...args) => {
    const { chosen, args: wrapped } = choose('jacfwd', args, argnums);
    const y = call('jacfwd', f as (...args: Tree[]) => Tree, wrapped);
    const columns = chosen.nodes.map((x) =>
      trace(() =>
        vmapNodes(
          (t) => filled(sweep(y.nodes, [x], t), y.nodes),
          [basis(x.shape)],
          [true],
          sizeOf(x.shape),
          'shared draws',
        ),
      ),
    );
    const blocks = y.nodes.map((node, o) =>
      chosen.build(
        chosen.nodes.map((x, i) => {
          const inputFirst = columns[i]![o]!;
          const rank = node.shape.length;
          return toBlock('jacfwd', permute(inputFirst, [...range(rank).map((a) => a + 1), 0]), node.shape, x.shape);
        }),
      ),
    );
    return y.replace(blocks);
  };
}
