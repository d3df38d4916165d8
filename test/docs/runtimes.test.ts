import { expect, test } from 'vitest';
import { browsers } from '../runtimes/browsers.ts';
import { runtimes } from '../runtimes/runtimes.ts';
import { documented } from '../runtimes/table.ts';
import { textOf } from '../support/sources.ts';

test('docs/runtimes.md has a row for each runtime and browser that `npm run runtimes` tries, and no other', () => {
  const rows = new Set([...documented(textOf('docs/runtimes.md')).keys()].map((cell) => cell.split(', ')[0]));
  // A browser that is not installed here is not tried here, and has its row all the same.
  const tried = [...runtimes, ...browsers].map(({ name }) => name);
  expect(tried.filter((name) => !rows.has(name))).toEqual([]);
  expect([...rows].filter((name) => !tried.includes(name!) && !/^(Chromium|Firefox)$/.test(name!))).toEqual([]);
});
