import { holm } from '../report/statistics.ts';
import { paired, twoSidedT } from '../report/paired.ts';

/** One method next to another, seed by seed. */
export interface Comparison {
  readonly method: string;
  readonly against: string;
  readonly measure: string;
  /** method − against, the mean over seeds. */
  readonly difference: number;
  /** Of the paired t-test, corrected after Holm for all comparisons of the measure. */
  readonly p: number;
}

/** The level below which a difference counts as more than chance. */
export const level = 0.05;

/**
 * How many standard errors a difference over so many seeds must be for the first of `count`
 * corrected comparisons to count.
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

/** What a table of comparisons cannot say. */
export function caution(seeds: number, count: number): string[] {
  if (count === 0) return [];
  const sure = 'That two methods cannot be told apart does not show that they are equal.';
  if (seeds < 2) return [`One seed tells nothing apart. ${sure}`];
  return [
    `With ${seeds} seeds and ${count} comparisons the clearest difference counts from ${needed(seeds, count).toFixed(1)} of its standard errors on` +
      `${seeds < 5 ? ', so only large ones can be seen; --full has more seeds' : ''}. ${sure}`,
  ];
}

/** All pairs asked for, on one measure; `values` are a method's numbers, one for each seed. */
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

/** Every method against the baseline, and GradDrop against each of the others. */
export function pairsOf(methods: readonly string[], baseline: string, ours: string): [string, string][] {
  const against = methods.filter((m) => m !== baseline).map((m): [string, string] => [m, baseline]);
  const own = methods.filter((m) => m !== baseline && m !== ours).map((m): [string, string] => [ours, m]);
  return methods.includes(ours) ? [...against, ...own] : against;
}
