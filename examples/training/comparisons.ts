import { holm } from '../report/statistics.ts';
import { paired, type Paired } from '../report/paired.ts';

/** The comparison of two methods, seed by seed. */
export interface Comparison extends Paired {
  readonly method: string;
  readonly against: string;
  readonly measure: string;
  /**
   * The p-value of method − against, corrected by Holm's method for all pairs of the measure. It is
   * the largest one of paired t-tests of the better method with the other one at its best trial and
   * at each of its next best ones. So luck in the choice of a rate alone makes no difference (an
   * intersection-union test, Berger 1982).
   */
  readonly p: number;
}

/** A method's numbers, one for each seed, at its best trial and at the next best ones. */
export interface Values {
  readonly best: readonly number[];
  readonly others: readonly (readonly number[])[];
}

/** The level of significance. */
export const level = 0.05;

/** Returns the comparison of two methods; `better` is the sign of a better difference. */
function test(first: Values, other: Values, better: 1 | -1): Paired {
  const found = paired(first.best, other.best);
  const isFirst = Math.sign(found.difference) === better;
  const [winner, loser] = isFirst ? [first, other] : [other, first];
  if (found.difference === 0) return found;
  const again = loser.others.map((values) => paired(winner.best, values));
  return { ...found, p: Math.max(found.p, ...again.map((t) => (Math.sign(t.difference) === better ? t.p : 1))) };
}

/**
 * Returns the comparisons of all pairs of methods in one measure, the later one with the earlier.
 */
export function compareAll(
  { key, better }: { readonly key: string; readonly better: 1 | -1 },
  methods: readonly string[],
  values: (method: string) => Values,
): Comparison[] {
  const pairs = methods.flatMap((method, i) => methods.slice(0, i).map((against) => [method, against] as const));
  const tests = pairs.map(([method, against]) => test(values(method), values(against), better));
  const ps = holm(tests.map((t) => t.p));
  return pairs.map(([method, against], i) => ({ method, against, measure: key, ...tests[i]!, p: ps[i]! }));
}

/** Returns the comparison with both methods exchanged. */
const exchanged = (c: Comparison): Comparison => ({
  ...c,
  method: c.against,
  against: c.method,
  difference: -c.difference,
  effect: -c.effect,
});

/** Returns the comparisons of a method with each other one, in a measure. */
export const ofMethod = (all: readonly Comparison[], method: string, measure: string): Comparison[] =>
  all.flatMap((c) => {
    if (c.measure !== measure) return [];
    if (c.method === method) return [c];
    return c.against === method ? [exchanged(c)] : [];
  });

/** Returns the comparison of two methods, or undefined if none was made. */
export const between = (
  all: readonly Comparison[],
  method: string,
  against: string,
  measure: string,
): Comparison | undefined => ofMethod(all, method, measure).find((c) => c.against === against);

/**
 * True if tests say that a method is the best of so many in a measure: it was compared with every
 * other one, and is significantly better. `better` is the sign of a better difference.
 */
export function isBest(
  all: readonly Comparison[],
  method: string,
  { key, better }: { readonly key: string; readonly better: 1 | -1 },
  methods: number,
): boolean {
  const own = ofMethod(all, method, key);
  return (
    methods > 1 && own.length === methods - 1 && own.every((c) => c.p < level && Math.sign(c.difference) === better)
  );
}
