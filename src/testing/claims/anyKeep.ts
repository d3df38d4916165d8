import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { near, sidesOf, type Sides } from './closedForms.ts';
import { gradients } from './generators.ts';
import { keeps, mixture, type Part } from './keepFunctions.ts';
import { expectation, lawsOf, vanishes, type Law } from './positions.ts';
import { lawSnippet } from './snippets.ts';

/** One position, the parts of its keep function and, if a claim compares two, of another one. */
interface Case {
  readonly g: readonly number[];
  readonly parts: readonly Part[];
  readonly other?: readonly Part[];
  readonly leak?: readonly number[];
}

const withKeep = ({ g, leak }: Case, parts: readonly Part[]) => {
  const { keep, f } = mixture(parts);
  return { g, keep, f: f(sidesOf(g).P), ...(leak && { leak }) };
};

const keptBy = ({ parts, other = parts }: Case): (readonly Part[])[] => (other === parts ? [parts] : [parts, other]);
const varianceText = 'f * x * x + (1 - f) * y * y - (f * x + (1 - f) * y) ** 2';

interface Options extends Pick<Claim, 'name' | 'group' | 'statement' | 'tolerance'> {
  readonly cases: (context: Context) => fc.Arbitrary<Case>;
  readonly contradiction: (c: Case, sides: Sides, law: Law, other: Law) => string | undefined;
  readonly printed: string;
}

/** Makes a claim about the update with any admissible keep function. */
const anyKeep = ({ contradiction, printed, ...rest }: Options): Claim =>
  caseClaim<Case>({
    ...rest,
    source: `derived in docs/propositions.md, ${rest.group}`,
    expected: 'holds',
    devices: 'all',
    share: 0.5,
    async judge(cases, context) {
      const laws = await lawsOf(
        context,
        cases.flatMap((c) => [withKeep(c, c.parts), withKeep(c, c.other ?? c.parts)]),
      );
      return cases.map((c, i) => contradiction(c, sidesOf(c.g), laws[2 * i]!, laws[2 * i + 1]!));
    },
    show: (c) =>
      [
        `g = (${c.g.join(', ')})`,
        ...(c.leak ? [`leak = (${c.leak.join(', ')})`] : []),
        `f ${keptBy(c)
          .map((parts) => mixture(parts).name)
          .join(', and ')}`,
      ].join(', '),
    snippet: (c) => lawSnippet(printed, ...keptBy(c).map((parts) => withKeep(c, parts))),
  });

const mean = (law: Law): number => expectation(law, (x) => x);
const variance = (law: Law): number => expectation(law, (x) => (x - mean(law)) ** 2);

/** Leaks of six losses: a few, because positions with equal leaks form one layer. */
const leaks = [
  [0, 0, 0, 0, 0, 0],
  [1, 1, 1, 1, 1, 1],
  [1, 0, 0, 0, 0, 0],
  [0.5, 1, 1, 1, 1, 1],
];

const tolerance = '1e-5 of S or S²: the two values of the update are exact, and f is exact in float64';

/**
 * Claims about every increasing f: [0, 1] → [0, 1] that is odd about (½, ½), of which f_k is one.
 */
export const anyKeepFunction: readonly Claim[] = [
  anyKeep({
    name: 'prop1-admissible-keep',
    group: 'Proposition 1',
    statement:
      'For every increasing f: [0, 1] → [0, 1] that is odd about (½, ½): X = 0 with probability 1 if and only if p = q and every loss with g_i ≠ 0 has ℓ_i = 1; so for ℓ = 0 if and only if every g_i = 0.',
    tolerance: 'none: quarters below 2^24 are summed without rounding, so an update that is zero is exactly 0',
    cases: (context) =>
      fc
        .record({ some: gradients, mirrored: fc.boolean(), parts: keeps(context), leak: fc.constantFrom(...leaks) })
        .map(({ some, mirrored, ...c }) => ({
          ...c,
          // In half of the cases each loss has an opposite one, so that sums cancel often.
          g: mirrored ? some.slice(0, 3).flatMap((x) => [x, 0 - x]) : some,
        })),
    printed: 'f * Math.abs(x) + (1 - f) * Math.abs(y)',
    contradiction({ g, leak }, { D }, law) {
      const should = D === 0 && g.every((x, i) => x === 0 || leak![i] === 1);
      return vanishes(law) === should
        ? undefined
        : `X = ${law.positive ?? 'never'} below f = ${law.f} and ${law.negative ?? 'never'} above, but the claim says that X ${should ? 'vanishes' : 'does not vanish'}`;
    },
  }),
  anyKeep({
    name: 'prop3-admissible-keep',
    group: 'Proposition 3',
    statement:
      'For every increasing f: [0, 1] → [0, 1] that is odd about (½, ½): E[X] = D/2 + (f(P) − ½) S has the sign of D and |E[X]| ≥ |D|/2, so E[ΔL] ≤ 0; and Var[X] = f(P) (1 − f(P)) S².',
    tolerance,
    cases: (context) => fc.record({ g: gradients, parts: keeps(context) }),
    printed: 'f * x + (1 - f) * y',
    contradiction(_, { D, S }, law) {
      const [m, v, { f }] = [mean(law), variance(law), law];
      return near(m, D / 2 + (f - 0.5) * S, S) &&
        (D === 0 ? near(m, 0, S) : m * D > 0) &&
        Math.abs(m) >= Math.abs(D) / 2 - 1e-5 * S &&
        near(v, f * (1 - f) * S * S, S * S)
        ? undefined
        : `E[X] = ${m} and Var[X] = ${v}, D = ${D}, S = ${S}, f = ${f}`;
    },
  }),
  anyKeep({
    name: 'prop3-two-keeps',
    group: 'Proposition 3',
    statement:
      'For any two such functions, where |f(P) − ½| is larger for one than for the other, its |E[ΔL]| is at least as large and its Var[ΔL] at most as large (strictly where D ≠ 0).',
    tolerance: `${tolerance}; strict where the two f differ by 1e-3`,
    cases: (context) => fc.record({ g: gradients, parts: keeps(context), other: keeps(context) }),
    printed: varianceText,
    contradiction(_, { D, S }, law, other) {
      const [more, less] = Math.abs(law.f - 0.5) >= Math.abs(other.f - 0.5) ? [law, other] : [other, law];
      // ΔL = −λ D X, with λ = 1.
      const [m, n] = [more, less].map((l) => Math.abs(D * mean(l))) as [number, number];
      const [v, w] = [more, less].map((l) => D * D * variance(l)) as [number, number];
      const strict = D !== 0 && Math.abs(more.f - 0.5) - Math.abs(less.f - 0.5) > 1e-3;
      const ordered = strict ? m > n && v < w : m >= n - 1e-5 * S * S && v <= w + 1e-5 * S ** 4;
      return ordered
        ? undefined
        : `|E[ΔL]| = ${m} and Var[ΔL] = ${v} for f = ${more.f}, ${n} and ${w} for f = ${less.f}, D = ${D}`;
    },
  }),
];
