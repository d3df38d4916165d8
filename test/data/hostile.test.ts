import { describe, expect, test } from 'vitest';
import { longest, processorTime } from './fuzz/judge.ts';
import { hostile } from './hostile/corpus.ts';

describe('a hostile file is refused in a second with what is wrong with it:', () => {
  test.each(hostile)('$name', async ({ make, read, says }) => {
    const data = make();
    const before = processorTime();
    const message = await read(data).then(
      () => 'nothing',
      (error: unknown) =>
        error instanceof Error && error.constructor === Error ? error.message : `${error as string}`,
    );
    expect(message).toMatch(says);
    expect(processorTime() - before).toBeLessThan(longest);
  });
});
