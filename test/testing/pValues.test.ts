import { describe, expect, test } from 'vitest';
import { limbsOf, seedWords, uniforms } from '../../kernels/random.ts';
import {
  birthdaySpacingsP,
  equidistributionP,
  kolmogorovSmirnovP,
  laggedP,
  runsP,
  runsUpP,
  serialP,
} from '../../src/testing/uniformity/tests.ts';

describe('the p-values of good draws', () => {
  const streams = Array.from({ length: 60 }, (_, i) => uniforms(limbsOf(...seedWords(5000 + i)), 2 ** 18));
  /**
   * A share of n that an event of probability α exceeds with probability 1e-6 at most, by
   * Hoeffding's inequality.
   */
  const mostOften = (alpha: number, n: number): number => alpha + Math.sqrt(Math.log(1e6) / (2 * n));
  test.each<readonly [string, (xs: Float32Array) => number]>([
    ['equidistribution', (xs) => equidistributionP(xs)],
    ['Kolmogorov–Smirnov', kolmogorovSmirnovP],
    ['runs about the median', runsP],
    ['runs up', runsUpP],
    ['serial', (xs) => serialP(xs, 2, 63)],
    ['lagged', (xs) => laggedP(xs, 7, 31)],
    ['birthday spacings', (xs) => birthdaySpacingsP(xs, 512, 2 ** 23)],
  ])('%s: are at most α no more often than with probability α', (_, p) => {
    const ps = streams.map(p);
    for (const alpha of [0.01, 0.1, 0.3])
      expect(ps.filter((x) => x <= alpha).length / ps.length).toBeLessThan(mostOften(alpha, ps.length));
  });

  test('birthday spacings: the mean over many years is that of the formula to its own error', () => {
    // 30 720 years: m³/4d, the mean in the limit, is 3.8 standard deviations off.
    const all = Float32Array.from({ length: 60 * 2 ** 18 }, (_, i) => streams[i >> 18]![i & (2 ** 18 - 1)]!);
    expect(birthdaySpacingsP(all, 512, 2 ** 23)).toBeGreaterThan(0.001);
  });
});
