import { binomialDistribution, mean, quantileSorted } from 'simple-statistics';

/** A sample of final losses in five numbers. */
export interface Summary {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly mean: number;
  /** The share of values of at most `near`. */
  readonly found: number;
}

/**
 * `excess` are final losses less the deepest minimum of the start interval; within `near` of it
 * counts as found.
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

/**
 * On how many of the pairs the first is lower and higher, and how likely so uneven a count is if
 * neither were better.
 */
export interface SignTest {
  readonly lower: number;
  readonly higher: number;
  readonly p: number;
}

/**
 * The two-sided sign test of pairs, p = 2 P(X ≤ min(lower, higher)) with X binomial (n, ½);
 * differences below `tie` do not count (Demšar 2006, section 3.1.4, recommends it for comparing
 * methods over many problems).
 */
export function signTest(first: readonly number[], second: readonly number[], tie = 0): SignTest {
  const differences = first.map((x, i) => x - second[i]!).filter((d) => Math.abs(d) > tie);
  const lower = differences.filter((d) => d < 0).length;
  const higher = differences.length - lower;
  if (differences.length === 0) return { lower, higher, p: 1 };
  // The lower tail only: the package stops counting when 10⁻⁴ of the upper one is left.
  const chances = binomialDistribution(differences.length, 0.5)!;
  const tail = chances.slice(0, Math.min(lower, higher) + 1).reduce((a, b) => a + b, 0);
  return { lower, higher, p: Math.min(1, 2 * tail) };
}

/**
 * Holm's correction (1979): the i-th least of n p-values times n − i + 1, never below one before
 * it, at most 1.
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
