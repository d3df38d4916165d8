import { describe, expect, test } from 'vitest';
import { hostile } from './hostile/corpus.ts';

describe('a hostile file is refused in a second with what is wrong with it:', () => {
  test.each(hostile)('$name', async ({ make, read, says }) => {
    const data = make();
    const before = performance.now();
    const message = await read(data).then(
      () => 'nothing',
      (error: unknown) =>
        error instanceof Error && error.constructor === Error ? error.message : `${error as string}`,
    );
    expect(message).toMatch(says);
    // Of this machine's time, so that other programs hardly count.
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
