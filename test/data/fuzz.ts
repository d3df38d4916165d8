import * as fc from 'fast-check';
import { judge } from './fuzz/judge.ts';

interface Allowed<T> {
  /** Whether a beginning of the file may read so; by default it must be refused. */
  readonly cut?: (result: T | string) => boolean;
  /** Whether a damaged file may read so; by default as anything. */
  readonly damage?: (result: T) => boolean;
}

/**
 * Any beginning of a file is refused, and one with some bytes exchanged is refused or read, each in
 * time and without an exception of JavaScript's own.
 */
export async function survives<T>(
  file: Uint8Array,
  read: (data: Uint8Array) => Promise<T>,
  { cut = (result) => typeof result === 'string', damage = () => true }: Allowed<T> = {},
): Promise<void> {
  const place = fc.nat({ max: file.length - 1 });
  await fc.assert(
    fc.asyncProperty(place, async (length) => {
      const result = await judge(read, file.slice(0, length));
      if (!cut(result))
        throw new Error(`fuzz: ${length} of ${file.length} bytes must be refused, got ${JSON.stringify(result)}`);
    }),
  );
  // Most damage is done to headers, where most readers go wrong.
  const early = fc.nat({ max: Math.min(file.length - 1, 127) });
  const changes = fc.array(fc.tuple(fc.oneof(early, place), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const data = file.slice();
      for (const [at, change] of list) data[at]! ^= change;
      const result = await judge(read, data);
      if (typeof result !== 'string' && !damage(result))
        throw new Error(`fuzz: damage must be refused or harmless, got ${JSON.stringify(result)}`);
    }),
    { numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (data) => {
      await judge(read, data);
    }),
    { numRuns: 50 },
  );
}
