import { checkFunction } from '../../graph/checks.ts';
import type { Tensors, Tree } from '../tree.ts';
import { linearizeAs } from './linearize.ts';
import { checkLists, type ArgumentsOf } from './trace.ts';

/**
 * Evaluates f and its derivative along the tangents by one forward sweep: `[y, ∂y/∂x · tangents]`.
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
