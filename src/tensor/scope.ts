import { checkFunction } from '../graph/checks.ts';
import { scopes, type Created } from './created.ts';
import { realize } from './realize.ts';
import { flatten, isTensor, type Tree } from './tree.ts';

/**
 * Runs `f` and frees every tensor made in it but those it returns, which are computed first. In
 * Node a scope sees what its own asynchronous flow makes; in browsers, all that is made while it is
 * open, so await one scope before the next.
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
