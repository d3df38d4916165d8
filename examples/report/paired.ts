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

/** The mean difference of pairs of numbers, and its p-value. */
export interface Paired {
  readonly difference: number;
  /**
   * The p-value of the two-sided paired t-test; 1 for fewer than two pairs. If all n differences
   * are equal, it is that of n equal signs, 2^{1 − n}, or 1 if the differences are 0.
   */
  readonly p: number;
}

/**
 * Returns the mean of the differences first − second, and its p-value. Runs of one seed form a
 * pair: they have the same initial weights and batches.
 */
export function paired(first: readonly number[], second: readonly number[]): Paired {
  const differences = first.map((x, i) => x - second[i]!);
  const difference = mean(differences);
  if (differences.length < 2) return { difference, p: 1 };
  const spread = sampleStandardDeviation(differences);
  // Errors on a test set are multiples of one step, so equal differences are equal up to rounding.
  if (spread <= 1e-9 * Math.abs(difference))
    return { difference, p: difference === 0 ? 1 : 2 ** (1 - differences.length) };
  return { difference, p: twoSidedT(difference / (spread / Math.sqrt(differences.length)), differences.length - 1) };
}

/** Returns the mean and the standard deviation (over n − 1; 0 for a single number). */
export function meanSd(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  return { mean: mean([...values]), sd: values.length < 2 ? 0 : sampleStandardDeviation([...values]) };
}
