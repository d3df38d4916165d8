import { expect, test } from 'vitest';
import { besideBaseline } from '../../examples/training/besideBaseline.ts';
import { besideChance } from '../../examples/training/besideChance.ts';

test('who errs as often as an answer that looks at nothing is named', () => {
  const method = (name: string, ...errors: number[]) => ({
    method: name,
    scores: errors.map((error) => ({ error, chance: 0.25 })),
  });
  const say = (...methods: ReturnType<typeof method>[]): string => besideChance(methods, 'Yes', (x) => `${100 * x} %`);
  expect(say(method('a', 0.1, 0.3), method('b', 0.2))).toBe('Yes is wrong in 25 %: every method errs less.');
  expect(say(method('a', 0.1, 0.4), method('b', 0.2), method('c', 0.9))).toBe(
    'Yes is wrong in 25 %: not less than that err a, c.',
  );
  expect(say(method('a', 0.3))).toBe('Yes is wrong in 25 %: not less than that errs any method.');
});

test('whose error differs from the baseline’s by more than chance is named', () => {
  const one = (method: string, difference: number, p: number) =>
    ({ method, against: 'baseline', measure: 'error', difference, p }) as const;
  const all = [one('a', 0.1, 0.01), one('b', -0.1, 0.04), one('c', 0.1, 0.2)];
  expect(besideBaseline(all)).toEqual(['Significantly better in error than baseline: b; significantly worse: a.']);
  expect(besideBaseline([...all.slice(2), { ...all[0]!, measure: 'loss' }, { ...all[0]!, against: 'd' }])).toEqual([
    'Significantly better in error than baseline: none; significantly worse: none.',
  ]);
  expect(besideBaseline([])).toEqual([]);
});
