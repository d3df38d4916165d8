import { checkFunction } from '../graph/checks.ts';
import { scopes, type Created } from './created.ts';
import { realize } from './realize.ts';
import { flatten, isTensor, type Tree } from './tree.ts';

/**
 * Calls f, computes the tensors of the tree that it returns, disposes of all other tensors that
 * were made meanwhile, and returns the tree. It also disposes of them if f throws. In Node, a scope
 * owns the tensors that f and whatever it calls or awaits make. In browsers it owns every tensor
 * made while it is open, so await one scope before you open the next.
 */
export async function scope<T extends Tree>(f: () => Promise<T> | T): Promise<T> {
  checkFunction('scope', f);
  const created: Created = new Set();
  return scopes.run(created, async () => {
    try {
      const result = await f();
      await realize(result);
      flatten(result, isTensor).leaves.forEach((t) => created.delete(t));
      return result;
    } finally {
      created.forEach((t) => t[Symbol.dispose]());
    }
  });
}
