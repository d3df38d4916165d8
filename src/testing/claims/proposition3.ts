import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sidesOf } from './closedForms.ts';
import { gradients, slope } from './generators.ts';
import { clear, draws, expectation, lawsOf, updates, type Law } from './positions.ts';
import { lawSnippet } from './snippets.ts';

/** One position, and two slopes to compare. */
interface Case {
  readonly g: readonly number[];
  readonly k: number;
  /** The smaller slope. */
  readonly less: number;
}

const withChance = (g: readonly number[], k: number) => ({ g, k, f: keepChance(g, k) });
const tolerance = '1e-5 of S or S²: the two values of the update are exact, and f is exact in float64';
const paper = 'Chen et al. 2020, Proposition 3';

/** The rate λ in ΔL = −λ ∇L·X. It scales both sides. */
const rate = 0.5;
const mean = (law: Law, D: number): number => expectation(law, (x) => -rate * D * x);
const variance = (law: Law, D: number): number => {
  const m = mean(law, D);
  return expectation(law, (x) => (-rate * D * x - m) ** 2);
};

interface Options extends Pick<Claim, 'name' | 'statement'> {
  readonly slopes?: (context: Context) => fc.Arbitrary<number>;
  readonly contradiction: (c: Case, law: Law, less: Law) => string | undefined;
  /** The statistic of X as text, in f, x and y. */
  readonly printed?: string;
}

const meanText = 'f * x + (1 - f) * y';

const statistic = ({ slopes = slope, contradiction, printed = meanText, ...rest }: Options): Claim =>
  caseClaim<Case>({
    ...rest,
    group: 'Proposition 3',
    source: paper,
    expected: 'holds',
    tolerance,
    devices: 'all',
    cases: (context) =>
      fc
        .record({ g: gradients, k: slopes(context), other: slope(context) })
        .map(({ g, k, other }) => ({ g, k: Math.max(k, other), less: Math.min(k, other) })),
    async judge(cases, context) {
      const laws = await lawsOf(
        context,
        cases.flatMap((c) => [withChance(c.g, c.k), withChance(c.g, c.less)]),
      );
      return cases.map((c, i) => contradiction(c, laws[2 * i]!, laws[2 * i + 1]!));
    },
    show: (c) => `g = (${c.g.join(', ')}), k = ${c.k} and ${c.less}`,
    snippet: (c) => lawSnippet(printed, withChance(c.g, c.k), withChance(c.g, c.less)),
  });

/** The node's decision as a function of the draw. */
const threshold: Claim = caseClaim<{ readonly g: readonly number[]; readonly k: number }>({
  name: 'law-of-the-update',
  group: 'Proposition 3',
  statement: 'X = p for U < f(P) and X = −q for U > f(P), so X is p with probability f and −q with probability 1 − f.',
  source: 'Chen et al. 2020, Equations 1 and 2',
  expected: 'holds',
  tolerance: 'none for X; f is located to 2⁻¹⁸, four times what float32 rounds P by, and at both ends of the draws',
  devices: 'all',
  cases: (context) => fc.record({ g: gradients, k: slope(context) }),
  async judge(cases, context) {
    const at = (f: number): number[] => [draws.least, f - clear, f + clear, draws.greatest];
    const all = cases.map(({ g, k }) => at(keepChance(g, k)).map((U) => ({ g, k, U })));
    const values = await updates(
      context,
      all.flat().map((x) => ({ ...x, U: Math.min(Math.max(x.U, draws.least), draws.greatest) })),
    );
    return cases.map(({ g, k }, i) => {
      const [f, { p, q }] = [keepChance(g, k), sidesOf(g)];
      const wrong = all[i]!.findIndex(
        ({ U }, j) => U > 0 && U < 1 && values[4 * i + j] !== (U < f ? p : 0 - q) && U !== f,
      );
      return wrong < 0
        ? undefined
        : `X = ${values[4 * i + wrong]} at U = ${all[i]![wrong]!.U}, f = ${f}, p = ${p}, q = ${q}`;
    });
  },
  show: (c) => `g = (${c.g.join(', ')}), k = ${c.k}`,
  snippet: (c) => lawSnippet(meanText, withChance(c.g, c.k)),
});

/**
 * Proposition 3 about ΔL = −λ ∇L·X in one dimension, where ∇L = D: its mean, absolute value and
 * variance.
 */
export const proposition3: readonly Claim[] = [
  threshold,
  statistic({
    name: 'prop3-mean-sgd',
    statement: 'k = 1: E[X] = D and E[ΔL] = ΔL^SGD = −λD².',
    slopes: () => fc.constant(1),
    contradiction({ g }, law) {
      const { D, S } = sidesOf(g);
      const m = mean(law, D);
      return near(m, -rate * D * D, S * S) ? undefined : `E[ΔL] = ${m}, −λD² = ${-rate * D * D}`;
    },
  }),
  statistic({
    name: 'prop3-mean',
    statement: 'E[ΔL] = −λ (1 + k)/2 · D² ≤ 0, and its size increases in k (strictly where D ≠ 0).',
    contradiction({ g, k, less }, law, lessLaw) {
      const { D, S } = sidesOf(g);
      const [m, other] = [mean(law, D), mean(lessLaw, D)];
      const expected = (-rate * (1 + k) * D * D) / 2;
      const ordered = k === less ? m === other : D === 0 ? m === 0 || near(m, 0, S * S) : m < other && other < 0;
      return near(m, expected, S * S) && ordered
        ? undefined
        : `E[ΔL] = ${m} for k = ${k} (${expected} by the formula), ${other} for k = ${less}`;
    },
  }),
  statistic({
    name: 'prop3-variance',
    printed: `f * x * x + (1 - f) * y * y - (${meanText}) ** 2`,
    statement: 'Var[ΔL] = λ²D² ¼ (S² − k²D²), and it decreases in k (strictly where D ≠ 0).',
    contradiction({ g, k, less }, law, lessLaw) {
      const { D, S } = sidesOf(g);
      const [v, other] = [variance(law, D), variance(lessLaw, D)];
      const expected = (rate * rate * D * D * (S * S - k * k * D * D)) / 4;
      const ordered = k === less || D === 0 ? near(v, other, S ** 4) : v < other;
      return near(v, expected, S ** 4) && ordered
        ? undefined
        : `Var[ΔL] = ${v} for k = ${k} (${expected} by the formula), ${other} for k = ${less}`;
    },
  }),
];
