import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { run } from '../support/buildPackage.ts';
import { filesBelow } from '../support/sources.ts';

const examples = filesBelow('examples', '.ts').filter((path) => /^examples\/\d[^/]*\.ts$/.test(path));

test('there are at least five numbered examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(5);
});

test.each(examples)('%s runs and prints something', (path) => {
  const output = run(inject('built'), process.execPath, join('dist', path.replace(/\.ts$/, '.js')));
  expect(output).not.toBe('');
});
