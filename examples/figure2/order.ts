import { holm, signTest } from '../report/statistics.ts';

/** The comparison of two methods on the same landscapes and starts. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  /** The number of landscapes on which the first method's mean final loss is lower, or higher. */
  readonly lower: number;
  readonly higher: number;
  /** The same numbers within each family. */
  readonly byFamily: readonly { readonly lower: number; readonly higher: number }[];
  /**
   * The p-value of the sign test over all landscapes, corrected for the number of comparisons by
   * Holm's method.
   */
  readonly p: number;
}

/** The mean final losses of each method: `means[method][family][landscape]`. */
export type Means = Readonly<Record<string, readonly (readonly number[])[]>>;

/**
 * Means that differ by at most this count as equal, because float32 weights are not more accurate.
 */
const tie = 1e-3;

/**
 * Returns the comparison of every two methods. The landscape is the unit of sampling: runs on one
 * landscape are not independent, so starts only enter through their mean.
 */
export function compareAll(means: Means): Comparison[] {
  const names = Object.keys(means);
  const pairs = names.flatMap((first, i) => names.slice(i + 1).map((second) => ({ first, second })));
  const tests = pairs.map(({ first, second }) => signTest(means[first]!.flat(), means[second]!.flat(), tie));
  const ps = holm(tests.map((t) => t.p));
  return pairs.map(({ first, second }, i) => ({
    first,
    second,
    lower: tests[i]!.lower,
    higher: tests[i]!.higher,
    byFamily: means[first]!.map((own, f) => {
      const { lower, higher } = signTest(own, means[second]![f]!, tie);
      return { lower, higher };
    }),
    p: ps[i]!,
  }));
}

/** The order of Figure 2: each method in a row ends lower than the methods in later rows. */
const published: readonly (readonly string[])[] = [
  ['GradDrop'],
  ['Random GradDrop', 'Iterative PCGrad'],
  ['SGD', 'SGD, clipped', 'GradNorm', 'MGDA', 'PCGrad'],
];

/** The outcome of a comparison with the published order; it is open unless p is below `level`. */
export type Verdict = 'reproduced' | 'reversed' | 'open';

/** One part of the published order, and this run's comparison: the first method should be lower. */
export interface Claim extends Comparison {
  readonly verdict: Verdict;
}

/** The level of significance. */
export const level = 0.05;

/** Returns the comparison with the two methods exchanged. */
const turned = (c: Comparison): Comparison => ({
  ...c,
  first: c.second,
  second: c.first,
  lower: c.higher,
  higher: c.lower,
  byFamily: c.byFamily.map(({ lower, higher }) => ({ lower: higher, higher: lower })),
});

/** Returns a comparison with its verdict. */
function judged(c: Comparison): Claim {
  if (c.p >= level) return { ...c, verdict: 'open' };
  return { ...c, verdict: c.lower > c.higher ? 'reproduced' : 'reversed' };
}

/** Returns the published order as pairs of methods, from the top down, with this run's verdicts. */
export function claims(comparisons: readonly Comparison[]): Claim[] {
  const find = (first: string, second: string): Comparison => {
    const there = comparisons.find((c) => c.first === first && c.second === second);
    return there ?? turned(comparisons.find((c) => c.first === second && c.second === first)!);
  };
  return published.flatMap((row, i) =>
    row.flatMap((first) =>
      published.slice(i + 1).flatMap((below) => below.map((second) => judged(find(first, second)))),
    ),
  );
}

const counts = (list: readonly Claim[], verdict: Verdict): number => list.filter((c) => c.verdict === verdict).length;

/** Returns two sentences that compare the run with the published order. */
export function conclusions(list: readonly Claim[]): string[] {
  const [[best], next] = published as [[string], readonly string[]];
  const top = list.filter((c) => c.first === best && next.includes(c.second));
  const rest = list.filter((c) => !top.includes(c));
  const sentence = (what: string, part: readonly Claim[]): string => {
    const [yes, no, open] = (['reproduced', 'reversed', 'open'] as const).map((v) => counts(part, v));
    const outcome =
      yes === part.length
        ? 'reproduced'
        : yes === 0 && no === 0
          ? 'neither reproduced nor refuted'
          : yes === 0
            ? 'not reproduced'
            : 'reproduced in part';
    return `The paper has ${what}. Here: ${outcome} (of ${part.length} pairs ${yes} reproduced, ${no} reversed, ${open} open).`;
  };
  return [
    sentence(`${best} below ${next.join(' and ')}`, top),
    sentence(`${[best, ...next].join(', ')} below all others`, rest),
  ];
}
