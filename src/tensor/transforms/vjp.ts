import { vjp as sweep } from '../../autodiff/vjp.ts';
import { checkFunction } from '../../graph/checks.ts';
import type { Tensors, Tree } from '../tree.ts';
import { argumentsOf, call, filled, matching, trace, type ArgumentsOf, type Inputs } from './trace.ts';

/**
 * Returns `[y, pullback]` for y = f(...primals). The pullback maps a cotangent g of y to a list
 * with gᵀ · ∂y/∂x for each primal x; it may be called several times. It throws unless g has the
 * structure and the shapes of y.
 */
export function vjp<A extends readonly Tree[], Y extends Tree>(
  f: (...args: A) => Y,
  ...primals: ArgumentsOf<A>
): [Tensors<Y>, (cotangent: Inputs<Tensors<Y>>) => Tensors<A>] {
  checkFunction('vjp', f);
  const xs = argumentsOf('vjp', primals);
  const ys = call('vjp', f as (...args: Tree[]) => Tree, xs.build(xs.nodes));
  const pullback = (cotangent: Tree): Tensors<A> => {
    const gs = matching('vjp', 'cotangent', ys, cotangent);
    const found = trace(() => sweep(ys.nodes, xs.nodes, gs));
    return xs.build(filled(found, xs.nodes));
  };
  return [ys.build(ys.nodes), pullback];
}
