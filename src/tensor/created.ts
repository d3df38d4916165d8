import { builtin } from '../device/builtin.ts';

interface Storage<T> {
  run<R>(store: T, f: () => R): R;
  getStore(): T | undefined;
}

/**
 * A stand-in for AsyncLocalStorage in browsers, which have none. The innermost open scope receives
 * every tensor made while it is open, by whatever code.
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

export type Created = Set<Disposable>;

const hooks = builtin('node:async_hooks') as { AsyncLocalStorage: new () => Storage<Created> } | undefined;
/** The store of the scope in which the current code runs. */
export const scopes: Storage<Created> = hooks ? new hooks.AsyncLocalStorage() : new OpenScopes<Created>();

/** Adds a new tensor to the open scope, if there is one. */
export const noteCreated = (t: Disposable): void => void scopes.getStore()?.add(t);
