import { expect, test } from 'vitest';
import { builtFolder } from '../support/built.ts';
import { run } from '../support/buildPackage.ts';
import { filesBelow } from '../support/sources.ts';

const examples = filesBelow('examples', '.ts').filter((path) => /^examples\/\d[^/]*\.ts$/.test(path));

test('there are at least five numbered examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(5);
});

test.each(examples)('%s runs and prints something', (path) => {
  const output = run(builtFolder(), process.execPath, path.replace(/^examples\/(.*)\.ts$/, 'examples/dist/$1.js'));
  expect(output).not.toBe('');
});
