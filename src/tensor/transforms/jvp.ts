import { checkFunction } from '../../graph/checks.ts';
import type { Tensors, Tree } from '../tree.ts';
import { linearizeAs } from './linearize.ts';
import { checkLists, type ArgumentsOf } from './trace.ts';

/**
 * Returns `[y, ∂y/∂x · tangents]`, the value of f at the primals x and its derivative along the
 * tangents, by one forward sweep. `primals`, the point, and `tangents`, the direction, are lists
 * with one tree for each argument of f. Throws unless the tangents have the structure and the
 * shapes of the primals.
 */
export function jvp<A extends readonly Tree[], Y extends Tree>(
  f: (...args: A) => Y,
  primals: ArgumentsOf<A>,
  tangents: ArgumentsOf<A>,
): [Tensors<Y>, Tensors<Y>] {
  checkFunction('jvp', f);
  checkLists('jvp', primals, tangents);
  const [y, pushforward] = linearizeAs('jvp', f, primals);
  return [y, pushforward(...tangents)];
}
