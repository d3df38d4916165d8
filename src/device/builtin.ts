interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/** Returns a built-in module of Node; undefined in a page. */
export const builtin = (name: string): unknown => (globalThis as Host).process?.getBuiltinModule?.(name);
