import { expect, test } from 'vitest';
import { bernstein } from '../../src/testing/claims/sampling.ts';

/** P(|K − n f| > t) for K binomial, summed term by term from logarithms. */
function exactTail(n: number, f: number, t: number): number {
  let log = n * Math.log1p(-f);
  let tail = 0;
  for (let k = 0; k <= n; k++) {
    if (Math.abs(k - n * f) > t) tail += Math.exp(log);
    log += Math.log((n - k) / (k + 1)) + Math.log(f / (1 - f));
  }
  return tail;
}

test('the bound of the sampling claims is exceeded no more often than they say, by the exact binomial tail', () => {
  for (const n of [64, 1000, 8192])
    for (const f of [1e-3, 0.1, 0.5, 0.9])
      for (const alarm of [1e-3, 1e-9]) expect(exactTail(n, f, bernstein(n, f, alarm))).toBeLessThanOrEqual(alarm);
});

test('nor if the chance is a little off', () => {
  for (const n of [1000, 8192])
    for (const f of [0, 0.1, 0.5])
      for (const off of [2 ** -20, 1e-3])
        for (const alarm of [1e-3, 1e-9]) {
          const t = bernstein(n, f, alarm, off);
          // Farther from n f than t on either side, for a chance that is f + off.
          expect(exactTail(n, f + off, t - n * off)).toBeLessThanOrEqual(alarm);
        }
});

test('the bound narrows as the root of the number of draws', () => {
  const share = (n: number): number => bernstein(n, 0.5, 1e-9) / n;
  expect(share(1e4) / share(1e6)).toBeCloseTo(10, 0);
});
