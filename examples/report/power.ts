import { errorFunction } from 'simple-statistics';
import { criticalT } from './paired.ts';

/** Returns P(Z ≤ z) for a standard normal Z. */
const normal = (z: number): number => (1 + errorFunction(z / Math.SQRT2)) / 2;

/**
 * Returns the power of the two-sided paired t-test: the probability that n ≥ 3 pairs show a true
 * difference of `effect` standard deviations of the differences at the level `level`. That is
 * P(|T| > t) for T = (Z + effect √n)/S of the noncentral distribution: the mean over S = √(χ²/ν),
 * ν = n − 1, of the chance that Z lies outside ±t S − effect √n (Cohen 1988, chapter 2).
 */
export function power(n: number, effect: number, level: number): number {
  const nu = n - 1;
  const t = criticalT(level, nu);
  const shift = effect * Math.sqrt(n);
  const [parts, most] = [2000, 1 + 8 / Math.sqrt(nu)];
  let [sum, all] = [0, 0];
  for (let i = 1; i <= parts; i++) {
    const s = (i * most) / parts;
    // The density of S up to a factor, which `all` divides away.
    const weight = Math.exp((nu - 1) * Math.log(s) - (nu * (s * s - 1)) / 2);
    sum += weight * (normal(shift - t * s) + normal(-shift - t * s));
    all += weight;
  }
  return sum / all;
}

/**
 * Returns the least number of pairs, at least 3, with which the two-sided paired t-test has the
 * power `atLeast` to show a difference of `effect` standard deviations of the differences. The
 * level is that of the strictest of `comparisons` tests under Holm's correction, level /
 * comparisons.
 */
export function pairsNeeded(
  comparisons: number,
  {
    effect = 1,
    atLeast = 0.8,
    level = 0.05,
  }: { readonly effect?: number; readonly atLeast?: number; readonly level?: number } = {},
): number {
  let n = 3;
  while (power(n, effect, level / Math.max(1, comparisons)) < atLeast) n += 1;
  return n;
}
