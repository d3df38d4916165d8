import { expect, test } from 'vitest';
import { mutantsOf } from '../../scripts/mutators.ts';
import survivors from '../../scripts/mutants.survivors.json' with { type: 'json' };
import { textOf } from '../support/sources.ts';

test('each mutant that need not be noticed is one that is made, and its reason is given once', () => {
  const told = survivors.map(({ file, line, change }) => `${file}: ${change}  in  ${line}`);
  expect(new Set(told).size).toBe(told.length);
  const made = new Set(
    [...new Set(survivors.map(({ file }) => file))].flatMap((file) =>
      [...mutantsOf(file, textOf(file))].map((m) => `${m.file}: ${m.change}  in  ${m.line}`),
    ),
  );
  expect(told.filter((text) => !made.has(text))).toEqual([]);
  expect(survivors.filter(({ reason }) => reason.length < 10)).toEqual([]);
});
