import { checkFunction } from '../graph/checks.ts';
import { scopes, type Created } from './created.ts';
import { realize } from './realize.ts';
import { flatten, isTensor, type Tree } from './tree.ts';

/**
 * Runs `f` and then frees every tensor made in it, except those that it returns; they are computed
 * first. In Node a scope owns what its own asynchronous flow makes. In browsers it owns everything
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
