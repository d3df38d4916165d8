import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draws } from '../../src/data/world/draws.ts';
import { normalQuantile } from '../../src/data/world/normal.ts';

/** Quantiles of the standard normal distribution, from tables. */
const known: readonly (readonly [number, number])[] = [
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446004],
  [0.975, 1.959963984540054],
  [0.999, 3.090232306167813],
  [1e-6, -4.753424308822899],
  [1e-10, -6.361340902404056],
];

test.each(known)('the %s quantile is that of the tables to 1 part in a million', (p, z) => {
  expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(z)));
});

test('quantiles rise with p and are odd about one half', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 1000 }), (i, step) => {
      const [p, q] = [i * 2 ** -32, Math.min(i + step, 2 ** 31) * 2 ** -32];
      expect(normalQuantile(q)).toBeGreaterThanOrEqual(normalQuantile(p));
      expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
    }),
  );
});

test('draws are evenly distributed, and the draws of two numbers have nothing in common', () => {
  const n = 100_000;
  const [a, b] = [0, 1].map((i) => {
    const draws = new Draws(3, 4).fold(i);
    return Array.from({ length: n }, () => draws.between(0, 1));
  }) as [number[], number[]];
  const cells = 20;
  const counts = Array.from({ length: cells }, () => 0);
  for (const x of a) counts[Math.floor(x * cells)]!++;
  const chi2 = counts.reduce((sum, c) => sum + (c - n / cells) ** 2 / (n / cells), 0);
  // χ² with 19 degrees of freedom is above 43.8 with probability 0.001.
  expect(chi2).toBeLessThan(43.8);
  const covariance = a.reduce((sum, x, i) => sum + (x - 0.5) * (b[i]! - 0.5), 0) / n;
  expect(Math.abs(covariance)).toBeLessThan(4.5 / 12 / Math.sqrt(n));
});
