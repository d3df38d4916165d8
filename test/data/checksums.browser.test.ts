import { expect, test } from 'vitest';
import { checksums, known } from './checksums.ts';

test('each world has the same bytes in a page as in Node', async () => {
  expect(await checksums()).toEqual(known);
});
