import { checkFunction } from '../../graph/checks.ts';
import { jvp as sweep } from '../../autodiff/jvp.ts';
import type { Tensors, Tree } from '../tree.ts';
import { argumentsOf, call, filled, matching, trace, type ArgumentsOf } from './trace.ts';

/**
 * Returns `[y, pushforward]` for y = f(...primals). The pushforward is the derivative of f at the
 * primals x as a linear function, `(...tangents) => ∂y/∂x · tangents`; it may be called several
 * times. It throws unless the tangents have the structure and the shapes of the primals.
 */
export function linearize<A extends readonly Tree[], Y extends Tree>(
  f: (...args: A) => Y,
  ...primals: ArgumentsOf<A>
): [Tensors<Y>, (...tangents: ArgumentsOf<A>) => Tensors<Y>] {
  return linearizeAs('linearize', f, primals);
}

/** Does the work of `linearize`; `name` is the transformation that errors name. */
export function linearizeAs<A extends readonly Tree[], Y extends Tree>(
  name: string,
  f: (...args: A) => Y,
  primals: ArgumentsOf<A>,
): [Tensors<Y>, (...tangents: ArgumentsOf<A>) => Tensors<Y>] {
  checkFunction(name, f);
  const xs = argumentsOf(name, primals);
  const ys = call(name, f as (...args: Tree[]) => Tree, xs.build(xs.nodes));
  const pushforward = (...tangents: readonly Tree[]): Tensors<Y> => {
    const ts = matching(name, 'tangent', xs, tangents);
    const found = trace(() => sweep(ys.nodes, xs.nodes, ts));
    return ys.build(filled(found, ys.nodes));
  };
  return [ys.build(ys.nodes), pushforward];
}
