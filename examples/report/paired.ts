import { mean, sampleStandardDeviation } from 'simple-statistics';

/**
 * Returns P(|T| > |t|) for Student's distribution with n degrees of freedom, in closed form
 * (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
 */
export function twoSidedT(t: number, n: number): number {
  const theta = Math.atan(Math.abs(t) / Math.sqrt(n));
  const square = Math.cos(theta) ** 2;
  let [term, sum] = [1, 0];
  // Each term is the one before times j/(j + 1) · cos²θ, over even j for odd n and over odd j for
  // even n.
  for (let j = n % 2 === 0 ? 1 : 2; j < n; j += 2) {
    sum += term;
    term *= (j / (j + 1)) * square;
  }
  if (n % 2 === 0) return 1 - Math.sin(theta) * sum;
  return 1 - (2 / Math.PI) * (theta + (n === 1 ? 0 : Math.sin(theta) * Math.cos(theta) * sum));
}

/**
 * Returns the t with P(|T| > t) = p, 0 < p ≤ 1, for Student's distribution with n degrees of
 * freedom.
 */
export function criticalT(p: number, n: number): number {
  let [low, high] = [0, 1];
  while (twoSidedT(high, n) > p) high *= 2;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (twoSidedT(middle, n) > p) low = middle;
    else high = middle;
  }
  return high;
}

/** The mean of some numbers, and half the length of its confidence interval. */
export interface Interval {
  readonly mean: number;
  /** Infinity for fewer than two numbers, which tell nothing about their spread. */
  readonly half: number;
}

/** Returns the mean of numbers with its two-sided 95 % interval by Student's distribution. */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  const { mean: middle, sd } = meanSd(values);
  return { mean: middle, half: n < 2 ? Infinity : (criticalT(0.05, n - 1) * sd) / Math.sqrt(n) };
}

/** The mean difference of pairs of numbers, its interval, its size and its p-value. */
export interface Paired {
  readonly difference: number;
  /**
   * Half the length of the 95 % interval of the difference, not corrected for other comparisons.
   */
  readonly half: number;
  /**
   * The effect size: the difference divided by the standard deviation of the differences (Cohen
   * 1988, d_z); ±Infinity if they are equal and not 0, and 0 for fewer than two pairs.
   */
  readonly effect: number;
  /**
   * The p-value of the two-sided paired t-test; 1 for fewer than two pairs. If all n differences
   * are equal, it is that of n equal signs, 2^{1 − n}, or 1 if the differences are 0.
   */
  readonly p: number;
}

/**
 * Returns the mean of the differences first − second, and what the paired t-test says of it. Runs
 * of one seed form a pair: they have the same initial weights and batches.
 */
export function paired(first: readonly number[], second: readonly number[]): Paired {
  const differences = first.map((x, i) => x - second[i]!);
  const difference = mean(differences);
  const { half } = interval(differences);
  if (differences.length < 2) return { difference, half, effect: 0, p: 1 };
  const spread = sampleStandardDeviation(differences);
  // Errors on a test set are multiples of one step, so equal differences are equal up to rounding.
  if (spread <= 1e-9 * Math.abs(difference))
    return {
      difference,
      half: 0,
      effect: difference === 0 ? 0 : Math.sign(difference) * Infinity,
      p: difference === 0 ? 1 : 2 ** (1 - differences.length),
    };
  const p = twoSidedT(difference / (spread / Math.sqrt(differences.length)), differences.length - 1);
  return { difference, half, effect: difference / spread, p };
}

/** Returns the mean and the standard deviation (over n − 1; 0 for a single number). */
export function meanSd(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  return { mean: mean([...values]), sd: values.length < 2 ? 0 : sampleStandardDeviation([...values]) };
}
