/** The value is there, or it comes later. */
export type Soon<T> = T | Promise<T>;

/** Such a computation yields what it needs, which may come later, and is given the value. */
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
