import { builtin } from '../device/builtin.ts';

/**
 * The part of Node's AsyncLocalStorage that is used here: `run` calls f with `store` as the current
 * store, also for what f starts asynchronously, and `getStore` returns the current store.
 */
interface Storage<T> {
  run<R>(store: T, f: () => R): R;
  getStore(): T | undefined;
}

/**
 * Replaces AsyncLocalStorage in browsers, which have none. The current store is that of the
 * innermost open scope, whatever code asks.
 */
class OpenScopes<T> implements Storage<T> {
  #open: T[] = [];
  run<R>(store: T, f: () => R): R {
    this.#open.push(store);
    const close = (): void => void this.#open.splice(this.#open.lastIndexOf(store), 1);
    let result: R;
    try {
      result = f();
    } catch (error) {
      close();
      throw error;
    }
    if (result instanceof Promise) return result.finally(close) as R;
    close();
    return result;
  }
  getStore(): T | undefined {
    return this.#open.at(-1);
  }
}

/** The tensors that were made in a scope and that it will dispose of. */
export type Created = Set<Disposable>;

const hooks = builtin('node:async_hooks') as { AsyncLocalStorage: new () => Storage<Created> } | undefined;
/** Holds the set of tensors of the scope in which the current code runs, if it runs in one. */
export const scopes: Storage<Created> = hooks ? new hooks.AsyncLocalStorage() : new OpenScopes<Created>();

/** Adds a new tensor to the set of the current scope, if there is one. */
export const noteCreated = (t: Disposable): void => void scopes.getStore()?.add(t);
