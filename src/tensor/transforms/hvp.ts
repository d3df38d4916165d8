import { checkFunction } from '../../graph/checks.ts';
import type { TensorLike } from '../tensor.ts';
import type { Tensors, Tree } from '../tree.ts';
import { linearizeAs } from './linearize.ts';
import { checkLists, type ArgumentsOf } from './trace.ts';
import { scalarGradient } from './valueAndGrad.ts';

/**
 * Returns the Hessian-vector product H · tangents of a scalar function f at the primals, by forward
 * over reverse mode, without computing H. `primals`, the point, and `tangents`, the direction, are
 * lists with one tree for each argument of f. The result is a tree like the argument, or a list of
 * such trees if there are several arguments. Throws unless f returns a scalar and the tangents have
 * the structure and the shapes of the primals.
 */
export function hvp<A extends readonly Tree[]>(
  f: (...args: A) => TensorLike,
  primals: ArgumentsOf<A>,
  tangents: ArgumentsOf<A>,
): A extends readonly [infer Only] ? Tensors<Only> : Tensors<A> {
  checkFunction('hvp', f);
  checkLists('hvp', primals, tangents);
  const argnums = primals.length === 1 ? 0 : primals.map((_, i) => i);
  const gradient = (...args: Tree[]): Tree =>
    scalarGradient('hvp', f as (...args: Tree[]) => TensorLike, args, argnums)[1];
  return linearizeAs('hvp', gradient, primals as Tree[])[1](...(tangents as Tree[]));
}
