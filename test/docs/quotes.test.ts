import { expect, test } from 'vitest';
import { filesBelow, textOf } from '../support/sources.ts';

const oneSpace = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Blocks that begin with ```text and a file's path quote that file. */
const quotes = filesBelow('docs', '.md').flatMap((page) =>
  [...textOf(page).matchAll(/^```text (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, path, text]) => [page, path!, text!] as const,
  ),
);

test('there are quotes', () => {
  expect(quotes.length).toBeGreaterThan(0);
});

test.each(quotes)('what %s quotes is in %s', (_, path, text) => {
  expect(oneSpace(textOf(path))).toContain(oneSpace(text));
});
