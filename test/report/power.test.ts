import { expect, test } from 'vitest';
import { pairsNeeded, power } from '../../examples/report/power.ts';

/**
 * Sample sizes and powers of the paired t-test at 5 %, as G*Power 3.1 and Cohen's tables give them.
 */
test.each([
  [0.2, 199, 0.8017],
  [0.5, 34, 0.8078],
  [0.8, 15, 0.8213],
  [1, 10, 0.8031],
])('a difference of %d standard deviations needs %d pairs for 80 %%', (effect, n, reached) => {
  expect(pairsNeeded(1, { effect })).toBe(n);
  expect(power(n, effect, 0.05)).toBeCloseTo(reached, 3);
});

test('without a difference the power is the level, whatever the number of pairs', () => {
  for (const n of [3, 10, 50]) expect(power(n, 0, 0.01)).toBeCloseTo(0.01, 4);
});

test('more comparisons, a smaller difference and a higher power need more pairs', () => {
  const one = pairsNeeded(1);
  expect(pairsNeeded(55)).toBeGreaterThan(one);
  expect(pairsNeeded(1, { effect: 0.9 })).toBeGreaterThan(one);
  expect(pairsNeeded(1, { atLeast: 0.9 })).toBeGreaterThan(one);
  // The level of 55 comparisons is the one that a single comparison at 0.05/55 has.
  expect(pairsNeeded(55)).toBe(pairsNeeded(1, { level: 0.05 / 55 }));
});
