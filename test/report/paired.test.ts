import { expect, test } from 'vitest';
import { criticalT, interval, meanSd, paired, twoSidedT } from '../../examples/report/paired.ts';

/** Two-sided 5 % points of Student's distribution, as every table has them. */
test.each([[1, 12.7062], [2, 4.30265], [3, 3.18245], [4, 2.77645], [5, 2.57058], [9, 2.26216], [10, 2.22814], [30, 2.04227]])(
  'with %d degrees of freedom |T| is above %d in 5 %% of the cases',
  (n, t) => {
    expect(twoSidedT(t, n)).toBeCloseTo(0.05, 5);
    expect(twoSidedT(-t, n)).toBeCloseTo(0.05, 5);
    expect(criticalT(0.05, n)).toBeCloseTo(t, 4);
  },
); // prettier-ignore

test('no difference is no evidence, and equal ones are as much as equal signs', () => {
  expect(twoSidedT(0, 3)).toBe(1);
  expect(twoSidedT(0, 4)).toBe(1);
  expect(paired([1, 2, 3], [1, 2, 3])).toEqual({ difference: 0, half: 0, effect: 0, p: 1 });
  expect(paired([2, 3, 4], [1, 2, 3])).toEqual({ difference: 1, half: 0, effect: Infinity, p: 0.25 });
  expect(paired([2], [1])).toEqual({ difference: 1, half: Infinity, effect: 0, p: 1 });
});

test('pairs count, not levels: t of the differences 1, 2, 3 is 2√3', () => {
  const { difference, effect, half, p } = paired([11, 22, 33], [10, 20, 30]);
  expect(difference).toBe(2);
  expect(effect).toBe(2);
  expect(half).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
  expect(p).toBeCloseTo(twoSidedT(2 * Math.sqrt(3), 2), 12);
});

test('the standard deviation is over n − 1', () => {
  expect(meanSd([1, 2, 3])).toEqual({ mean: 2, sd: 1 });
  expect(meanSd([5])).toEqual({ mean: 5, sd: 0 });
});

test('the 95 % interval of 1 to 9 is 5 ± t s/√n, and one number has none', () => {
  const { mean, half } = interval([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(mean).toBe(5);
  // t at 8 degrees of freedom is 2.306, s² = 7.5.
  expect(half).toBeCloseTo((2.306 * Math.sqrt(7.5)) / 3, 3);
  expect(interval([3])).toEqual({ mean: 3, half: Infinity });
});
