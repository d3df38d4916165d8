/** A value, or one that comes later. */
export type Soon<T> = T | Promise<T>;

/** A computation that yields what it needs, which may come later, and is given its value. */
export type Running<T> = Generator<unknown, T, never>;

/** Runs a computation: at once, as far as what it needs is there. */
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
