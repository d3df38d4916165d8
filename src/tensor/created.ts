import { builtin } from '../device/builtin.ts';

interface Storage<T> {
  run<R>(store: T, f: () => R): R;
  getStore(): T | undefined;
}

/**
 * Where there is no asynchronous context (browsers), a scope sees what is made anywhere while it is
 * open.
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
/** The scopes that are open here. */
export const scopes: Storage<Created> = hooks ? new hooks.AsyncLocalStorage() : new OpenScopes<Created>();

/** Tells the open scope, if any, that a tensor was made. */
export const noteCreated = (t: Disposable): void => void scopes.getStore()?.add(t);
