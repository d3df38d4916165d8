import { binomialDistribution, mean, quantileSorted } from 'simple-statistics';

/** A sample of excesses, summarised by five numbers. */
export interface Summary {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly mean: number;
  /** The fraction of values that are at most `near`. */
  readonly found: number;
}

/**
 * Returns the summary of excesses: final losses minus the deepest minimum of the start interval. A
 * value of at most `near` counts as found.
 */
export function summarize(excess: readonly number[], near: number): Summary {
  const sorted = excess.toSorted((a, b) => a - b);
  return {
    median: quantileSorted(sorted, 0.5),
    lowerQuartile: quantileSorted(sorted, 0.25),
    upperQuartile: quantileSorted(sorted, 0.75),
    mean: mean(sorted),
    found: sorted.filter((x) => x <= near).length / sorted.length,
  };
}

/** The numbers of pairs whose first value is lower and higher, and the p-value. */
export interface SignTest {
  readonly lower: number;
  readonly higher: number;
  readonly p: number;
}

/**
 * Returns the two-sided sign test of pairs: p = 2 P(X ≤ min(lower, higher)), at most 1, for X
 * binomial (n, ½). Differences of at most `tie` are not counted. Demšar (2006, section 3.1.4)
 * recommends it to compare methods over many problems.
 */
export function signTest(first: readonly number[], second: readonly number[], tie = 0): SignTest {
  const differences = first.map((x, i) => x - second[i]!).filter((d) => Math.abs(d) > tie);
  const lower = differences.filter((d) => d < 0).length;
  const higher = differences.length - lower;
  if (differences.length === 0) return { lower, higher, p: 1 };
  // Only the lower tail is used, because the package stops summing when 10⁻⁴ of the upper tail is
  // left.
  const chances = binomialDistribution(differences.length, 0.5)!;
  const tail = chances.slice(0, Math.min(lower, higher) + 1).reduce((a, b) => a + b, 0);
  return { lower, higher, p: Math.min(1, 2 * tail) };
}

/**
 * Returns p-values with Holm's correction (1979), in the same order: the i-th smallest of n is
 * multiplied by n − i + 1; results are made nondecreasing and are at most 1.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((i, j) => ps[i]! - ps[j]!);
  const corrected = [...ps];
  let greatest = 0;
  order.forEach((i, rank) => {
    greatest = Math.max(greatest, Math.min(1, ps[i]! * (ps.length - rank)));
    corrected[i] = greatest;
  });
  return corrected;
}
