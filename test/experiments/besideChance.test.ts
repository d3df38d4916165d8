import { expect, test } from 'vitest';
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
