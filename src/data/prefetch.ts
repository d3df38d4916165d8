import { task } from '../device/breathe.ts';
import { checkOptions } from '../graph/options.ts';
import { checkAhead, checkSource } from './checks.ts';

/**
 * Returns a generator of the values of `source` that requests the next `ahead` of them before they
 * are asked for: an integer from 1 to 1024, 1 by default. A value is made while a step runs on a
 * GPU or on other threads, or while a file is read. A step that occupies this thread gains nothing.
 * An error of `source` is thrown in the place of the value. Throws if `source` is no asynchronous
 * iterable, or if `ahead` is invalid.
 */
export function prefetch<T>(
  source: AsyncIterable<T>,
  options: { readonly ahead?: number } = {},
): AsyncGenerator<T, void, undefined> {
  const { ahead = 1 } = checkOptions('prefetch', options, ['ahead']);
  checkSource('prefetch', source);
  checkAhead('prefetch', 1, ahead);
  return askedAhead(source, ahead);
}

async function* askedAhead<T>(source: AsyncIterable<T>, ahead: number): AsyncGenerator<T, void, undefined> {
  const values = source[Symbol.asyncIterator]();
  const coming: Promise<IteratorResult<T>>[] = [];
  const ask = (): void => {
    // The request waits for the next task, so that a step which has just received its batch begins
    // first.
    const next = task().then(() => values.next());
    // Consumers see the error when they take the value. If nobody takes it, it must not count as
    // unhandled.
    next.catch(() => undefined);
    coming.push(next);
  };
  try {
    for (let i = 0; i < ahead; i++) ask();
    for (;;) {
      ask();
      const { done, value } = await coming.shift()!;
      if (done) return;
      yield value;
    }
  } finally {
    await values.return?.();
  }
}
