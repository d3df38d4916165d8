import { mean, sampleStandardDeviation } from 'simple-statistics';

/**
 * P(|T| > t) of Student's distribution with n degrees of freedom, in closed form (Abramowitz and
 * Stegun 1964, 26.7.3 and 26.7.4).
 */
export function twoSidedT(t: number, n: number): number {
  const theta = Math.atan(Math.abs(t) / Math.sqrt(n));
  const square = Math.cos(theta) ** 2;
  let [term, sum] = [1, 0];
  // The factors of the j-th term: (j − 1)/j cos²θ, over even j for odd n and over odd j for even n.
  for (let j = n % 2 === 0 ? 1 : 2; j < n; j += 2) {
    sum += term;
    term *= (j / (j + 1)) * square;
  }
  if (n % 2 === 0) return 1 - Math.sin(theta) * sum;
  return 1 - (2 / Math.PI) * (theta + (n === 1 ? 0 : Math.sin(theta) * Math.cos(theta) * sum));
}

/** Pairs of numbers: the mean difference and how likely so large a one is if there is none. */
export interface Paired {
  readonly difference: number;
  /**
   * Of the two-sided t-test of pairs; 1 where there are fewer than two. Of n equal differences,
   * which have no spread, that of n equal signs.
   */
  readonly p: number;
}

/**
 * first − second, pair by pair: runs of one seed have the same weights at first and the same
 * batches.
 */
export function paired(first: readonly number[], second: readonly number[]): Paired {
  const differences = first.map((x, i) => x - second[i]!);
  const difference = mean(differences);
  if (differences.length < 2) return { difference, p: 1 };
  const spread = sampleStandardDeviation(differences);
  // Shares of a test set differ in steps: equal differences are equal but for rounding.
  if (spread <= 1e-9 * Math.abs(difference))
    return { difference, p: difference === 0 ? 1 : 2 ** (1 - differences.length) };
  return { difference, p: twoSidedT(difference / (spread / Math.sqrt(differences.length)), differences.length - 1) };
}

/** Mean ± standard deviation (over n − 1; 0 of one number). */
export function meanSd(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  return { mean: mean([...values]), sd: values.length < 2 ? 0 : sampleStandardDeviation([...values]) };
}
