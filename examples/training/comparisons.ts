import { holm } from '../report/statistics.ts';
import { paired, twoSidedT } from '../report/paired.ts';

/** The comparison of two methods, seed by seed. */
export interface Comparison {
  readonly method: string;
  readonly against: string;
  readonly measure: string;
  /** The mean over seeds of method − against. */
  readonly difference: number;
  /**
   * The p-value of the paired t-test, corrected by Holm's method for all comparisons of the
   * measure.
   */
  readonly p: number;
}

/** The level of significance. */
export const level = 0.05;

/**
 * Returns the number of standard errors that a difference must have, over this many seeds (at least
 * 2), for the first of `count` corrected comparisons to be significant.
 */
export function needed(seeds: number, count: number): number {
  let [low, high] = [0, 1e6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (twoSidedT(middle, seeds - 1) * count > level) low = middle;
    else high = middle;
  }
  return high;
}

/** Returns sentences on what a table of comparisons cannot show. */
export function caution(seeds: number, count: number): string[] {
  if (count === 0) return [];
  const sure = 'That two methods cannot be told apart does not show that they are equal.';
  if (seeds < 2) return [`One seed tells nothing apart. ${sure}`];
  return [
    `With ${seeds} seeds and ${count} comparisons the clearest difference counts from ${needed(seeds, count).toFixed(1)} of its standard errors on` +
      `${seeds < 5 ? ', so only large ones can be seen; --full has more seeds' : ''}. ${sure}`,
  ];
}

/**
 * Returns the comparisons of all given pairs in one measure; `values` returns a method's numbers,
 * one for each seed.
 */
export function compare(
  measure: string,
  pairs: readonly (readonly [method: string, against: string])[],
  values: (method: string) => readonly number[],
): Comparison[] {
  const tests = pairs.map(([method, against]) => paired(values(method), values(against)));
  const ps = holm(tests.map((t) => t.p));
  return pairs.map(([method, against], i) => ({
    method,
    against,
    measure,
    difference: tests[i]!.difference,
    p: ps[i]!,
  }));
}

/**
 * Returns the pairs to compare: every method with the baseline, and `ours` with each other method.
 */
export function pairsOf(methods: readonly string[], baseline: string, ours: string): [string, string][] {
  const against = methods.filter((m) => m !== baseline).map((m): [string, string] => [m, baseline]);
  const own = methods.filter((m) => m !== baseline && m !== ours).map((m): [string, string] => [ours, m]);
  return methods.includes(ours) ? [...against, ...own] : against;
}
