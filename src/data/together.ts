import { checkObject, checkSource } from './checks.ts';

type Values<T> = { [K in keyof T]: T[K] extends AsyncIterable<infer V> ? V : never };

/**
 * Returns a generator of objects that hold the next value of each source under the source's name,
 * such as a batch of each of several data sets. The sources are asked in parallel. The generator
 * ends as soon as one source ends. Throws unless `sources` holds at least one asynchronous iterable
 * and nothing else.
 */
export function together<T extends Record<string, AsyncIterable<unknown>>>(
  sources: T,
): AsyncGenerator<Values<T>, void, undefined> {
  checkObject('together', 'sources', 'asynchronous iterables', sources);
  const values = Object.values(sources);
  if (values.length === 0) throw new Error('together: at least one source is needed, got none');
  for (const source of values) checkSource('together', source);
  return sideBySide(sources);
}

async function* sideBySide<T extends Record<string, AsyncIterable<unknown>>>(
  sources: T,
): AsyncGenerator<Values<T>, void, undefined> {
  const iterators = Object.entries(sources).map(([name, source]) => [name, source[Symbol.asyncIterator]()] as const);
  try {
    for (;;) {
      const next = await Promise.all(iterators.map(async ([name, values]) => [name, await values.next()] as const));
      if (next.some(([, { done }]) => done)) return;
      yield Object.fromEntries(next.map(([name, { value }]) => [name, value])) as Values<T>;
    }
  } finally {
    await Promise.all(iterators.map(async ([, values]) => values.return?.(undefined)));
  }
}
