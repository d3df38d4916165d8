import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, sidesOf } from './closedForms.ts';
import { nonzero, slope } from './generators.ts';
import { expectation, lawsOf } from './positions.ts';
import { lawSnippet } from './snippets.ts';

/** Losses a_i (w − m_i)²/2 of one weight, which moves away from the minimum of the first. */
interface Parabolas {
  readonly losses: readonly { readonly a: number; readonly m: number }[];
  readonly from: number;
  readonly by: number;
  readonly k: number;
}

const slopesAt = ({ losses }: Parabolas, w: number): number[] => losses.map(({ a, m }) => a * (w - m));
const ends = (c: Parabolas): [number[], number[]] => [slopesAt(c, c.from), slopesAt(c, c.from + c.by)];
const withChance = (g: readonly number[], k: number) => ({ g, k, f: keepChance(g, k) });

const size = nonzero.map(Math.abs);
const parabolas = (slopes: fc.Arbitrary<number>): fc.Arbitrary<Parabolas> =>
  fc
    .record({
      a: size,
      other: fc.record({ a: size, m: fc.integer({ min: -40, max: 40 }) }),
      from: fc.nat({ max: 4 }),
      by: fc.integer({ min: 1, max: 4 }),
      k: slopes,
    })
    .map(({ a, other, ...rest }) => ({ losses: [{ a, m: 0 }, other], ...rest }));

const risesInAll = (c: Parabolas): boolean => {
  const [before, after] = ends(c);
  return sidesOf(after).S > sidesOf(before).S;
};

interface Options extends Pick<Claim, 'name' | 'statement' | 'source'> {
  readonly cases: (context: Context) => fc.Arbitrary<Parabolas>;
  /** If true, the claim is that E|X| falls, otherwise that it does not, which is false. */
  readonly falls?: boolean;
}

/** Makes a claim about E|X| before and after w moves. */
const moving = ({ falls = false, ...rest }: Options): Claim =>
  caseClaim<Parabolas>({
    ...rest,
    group: 'Proposition 2',
    expected: falls ? 'holds' : 'fails',
    tolerance: 'a fall counts from 1e-9 of the value; gradients are binary fractions, so they are exact',
    devices: 'all',
    async judge(cases, context) {
      const laws = await lawsOf(
        context,
        cases.flatMap((c) => ends(c).map((g) => withChance(g, c.k))),
      );
      return cases.map(({ from, by }, i) => {
        const [a, b] = [expectation(laws[2 * i]!, Math.abs), expectation(laws[2 * i + 1]!, Math.abs)];
        const fallen = b < a * (1 - 1e-9);
        if (fallen === falls) return undefined;
        return `E|X| ${fallen ? 'falls' : 'does not fall'} from ${a} at w = ${from} to ${b} at w = ${from + by}`;
      });
    },
    show: ({ losses, from, by, k }) =>
      `k = ${k}; ${losses.map(({ a, m }, i) => `L_${i + 1} = ${a} (w ${m < 0 ? '+' : '−'} ${Math.abs(m)})²/2`).join(', ')}; w moves from ${from} to ${from + by}`,
    snippet: (c) => lawSnippet('f * Math.abs(x) + (1 - f) * Math.abs(y)', ...ends(c).map((g) => withChance(g, c.k))),
  });

const paper = 'Chen et al. 2020, Proposition 2';
const literal = `${paper}, to the letter: w moves, and every loss’s gradient with it`;

/** Proposition 2 for losses that have minima. */
export const movingWeight: readonly Claim[] = [
  moving({
    name: 'prop2-literal',
    statement: 'Losses L_i(w) = a_i (w − m_i)²/2: E|X| does not fall while w moves away from the minimum of L_1.',
    source: literal,
    cases: (context) => parabolas(slope(context)),
  }),
  moving({
    name: 'prop2-literal-random-graddrop',
    statement:
      'k = 0, losses L_i(w) = a_i (w − m_i)²/2: E|X| does not fall while w moves away from the minimum of L_1.',
    source: literal,
    cases: () => parabolas(fc.constant(0)),
  }),
  moving({
    name: 'prop2-literal-every-k',
    statement:
      'L_1 = w²/2 and L_2 = 2 (w − 1)², every k in [0, 1]: E|X| falls while w moves away from the minimum of L_1, anywhere in [0, 4/5].',
    source: 'derived in docs/propositions.md, Proposition 2',
    falls: true,
    cases: (context) =>
      fc.record({ from: fc.nat({ max: 50 }), by: fc.integer({ min: 1, max: 51 }), k: slope(context) }).map((c) => ({
        losses: [
          { a: 1, m: 0 },
          { a: 4, m: 1 },
        ],
        from: c.from / 64,
        by: Math.min(c.by, 51 - c.from) / 64,
        k: c.k,
      })),
  }),
  moving({
    name: 'prop2-printed-losses',
    statement:
      'Losses L_i(w) = a_i (w − m_i)²/2: E|X| does not fall while w moves away from the minimum of L_1 and Σ|g_i| rises.',
    source: `${paper}, for losses that have minima`,
    cases: (context) => parabolas(slope(context)).filter(risesInAll),
  }),
];
