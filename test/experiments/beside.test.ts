import { expect, test } from 'vitest';
import { besideChance } from '../../examples/training/besideChance.ts';
import { compareAll, isBest, ofMethod } from '../../examples/training/comparisons.ts';
import { scoreCell } from '../../examples/training/tables.ts';
import { beside, told, type Measure } from '../../examples/training/told.ts';

test('who is not shown to err less than an answer that looks at nothing is named, if tests are made', () => {
  const method = (name: string, ...errors: number[]) => ({
    method: name,
    scores: errors.map((error) => ({ error, chance: 0.25 })),
  });
  const all = [
    method('low', 0.1, 0.11, 0.09, 0.1),
    method('near', 0.24, 0.27, 0.2, 0.25),
    method('high', 0.9, 0.91, 0.9, 0.92),
  ];
  const say = (compared: readonly string[]): string => besideChance(all, compared, 'Yes', (x) => `${100 * x} %`);
  expect(say([])).toBe('Yes is wrong in 25 %.');
  expect(say(['low'])).toBe('Yes is wrong in 25 %: every method that is compared errs less.');
  expect(say(['low', 'near', 'high'])).toBe('Yes is wrong in 25 %: not shown to err less: near, high.');
});

const errors: Record<string, number[]> = {
  baseline: [0.5, 0.51, 0.49, 0.5, 0.505],
  gradDrop: [0.4, 0.411, 0.388, 0.401, 0.404],
  mgda: [0.3, 0.312, 0.29, 0.3, 0.306],
  copy: [0.499, 0.512, 0.489, 0.502, 0.503],
};
const names = Object.keys(errors);
const measure: Measure = { key: 'error', name: 'error', better: -1, format: (x) => x.toFixed(3) };
const values = (m: string) => ({ best: errors[m]!, others: [] });
const all = compareAll(measure, names, values);

test('every pair is compared once, and read from both sides', () => {
  expect(all.length).toBe(6);
  const [from] = ofMethod(all, 'gradDrop', 'error');
  const [to] = ofMethod(all, 'baseline', 'error');
  expect([from!.against, to!.against]).toEqual(['baseline', 'gradDrop']);
  expect([to!.difference, to!.effect, to!.p]).toEqual([-from!.difference, -from!.effect, from!.p]);
});

test('a sentence says better or worse only where the test does, with interval and effect', () => {
  expect(beside(all, 'gradDrop', measure)).toEqual([
    'gradDrop in error: better than baseline, copy; worse than mgda; not told apart from none.',
  ]);
  expect(told(all, 'gradDrop', 'baseline', measure)[0]).toMatch(
    /^gradDrop is better than baseline in error \(−0\.100 ± 0\.00\d, d = −\d+\.\d, p < 0\.001\)\.$/,
  );
  expect(told(all, 'copy', 'baseline', measure)[0]).toMatch(/^copy and baseline cannot be told apart in error/);
  expect(told([], 'copy', 'baseline', measure)).toEqual([]);
  expect(beside([], 'copy', measure)).toEqual([]);
});

test('a cell is bold only for a method that is better than every other one by test', () => {
  const cell = (method: string, inTable = names.length) =>
    scoreCell({ method, scores: errors[method]!.map((error) => ({ error })) }, all, measure, inTable);
  expect(cell('mgda')).toEqual({ strong: expect.stringMatching(/^0\.302 ± /) as string });
  for (const name of ['baseline', 'gradDrop', 'copy']) expect(cell(name)).toEqual(expect.any(String));
  // A method in the table that was not compared may be better.
  expect(cell('mgda', names.length + 1)).toEqual(expect.any(String));
  // The least of two that cannot be told apart is not the best.
  const two = compareAll(measure, ['baseline', 'copy'], values);
  for (const name of ['baseline', 'copy']) expect(isBest(two, name, measure, 2)).toBe(false);
});

test('a difference counts only if it is there from the worse method’s next best trials too', () => {
  const seconds: Record<string, number[]> = {
    baseline: [0.41, 0.4, 0.388, 0.412, 0.399],
    gradDrop: [0.9, 0.9, 0.9, 0.8, 0.9],
  };
  const pOf = (...others: ((m: string) => number[])[]): number =>
    compareAll(measure, ['baseline', 'gradDrop'], (m) => ({ best: errors[m]!, others: others.map((f) => f(m)) }))[0]!.p;
  const worse = (m: string): number[] => errors[m]!.map((x, i) => x + 0.2 + i / 1e5);
  expect(pOf()).toBeLessThan(0.001);
  // At another trial the baseline is as good, so its best trial was badly chosen.
  expect(pOf((m) => seconds[m]!)).toBeGreaterThan(0.5);
  expect(pOf(worse, (m) => seconds[m]!)).toBeGreaterThan(0.5);
  // Those of the better method do not matter, and worse ones of the other method neither.
  expect(pOf((m) => (m === 'gradDrop' ? seconds[m]! : worse(m)))).toBe(pOf());
  // A trial that is better than the winner leaves nothing of the difference.
  expect(pOf(() => errors.mgda!)).toBe(1);
});
