import { task } from '../device/breathe.ts';
import { checkOptions } from '../graph/options.ts';
import { checkAhead, checkSource } from './checks.ts';

/**
 * The same values, the next `ahead` of which are asked for before they are needed: while a step
 * runs on a GPU or on other threads, or a file is read, the next value is made. A step that keeps
 * this thread gains nothing.
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
    // A turn later, so that a step which has been given its batch begins first.
    const next = task().then(() => values.next());
    // Whoever takes the value is told of an error; if nobody does, it is no error.
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
