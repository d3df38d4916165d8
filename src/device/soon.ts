/** A value, or a promise of it. */
export type Soon<T> = T | Promise<T>;

/**
 * A computation that yields each value it needs, or a promise of it, and is resumed with that
 * value.
 */
export type Running<T> = Generator<unknown, T, never>;

/**
 * Runs a computation. Returns its result at once if nothing that it yields is a promise, else a
 * promise of the result.
 */
export function drive<T>(running: Running<T>, next = running.next()): Soon<T> {
  while (!next.done) {
    const { value } = next;
    if (value instanceof Promise)
      return value.then(
        (v) => drive(running, running.next(v as never)),
        (error) => drive(running, running.throw(error)),
      );
    next = running.next(value as never);
  }
  return next.value;
}
