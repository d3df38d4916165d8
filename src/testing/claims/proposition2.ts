import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { deepestFall, keepChance, lowestRatio, sidesOf } from './closedForms.ts';
import { gradient, gradients, nonzero, slope, someOf } from './generators.ts';
import { expectation, expectedNorm, lawsOf, type Law } from './positions.ts';
import { commonMinimum, printedLosses } from './minima.ts';
import { normSnippet } from './snippets.ts';

/** Positions of a parameter vector; the gradient of one loss at the first of them grows. */
interface Growth {
  readonly positions: readonly (readonly number[])[];
  /** Which loss grows at position 0, and by how much. */
  readonly loss: number;
  readonly by: number;
  readonly k: number;
}

const grown = ({ positions, loss, by }: Growth): number[][] =>
  positions.map((g, j) => (j > 0 ? [...g] : g.map((x, i) => (i === loss ? x + (x < 0 ? -by : by) : x))));

/**
 * Growths of the first gradient at the first position. A small one against larger ones of the other sign is drawn more often than
 * chance has it, and so are neighbours in conflict.
 */
const growth = (more: number, slopes: fc.Arbitrary<number>): fc.Arbitrary<Growth> => {
  const neighbour = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((x) => [x, -x]),
    fc.array(nonzero, { maxLength: 3 }),
  );
  return fc
    .record({
      own: gradient,
      rest: fc.array(nonzero, { maxLength: 4 }),
      mixed: fc.boolean(),
      others: fc.array(neighbour, { maxLength: more }),
      by: fc.integer({ min: 1, max: 16 }).map((x) => x / 2),
      k: slopes,
    })
    .map(({ own, rest, mixed, others, by, k }) => {
      const against = own < 0 ? 1 : -1;
      const [first, around] = mixed ? [own, rest] : [own / 4, rest.map((x) => against * Math.abs(x))];
      const pulled = others.filter((g) => g.length > 0);
      const neighbours = more > 0 && pulled.length === 0 ? [[1]] : pulled;
      return { positions: [[first, ...around], ...neighbours], loss: 0, by, k };
    });
};

const withChances = (positions: readonly (readonly number[])[], k: number) =>
  positions.map((g) => ({ g, k, f: keepChance(g, k) }));

/** The laws of all positions, before and after the growth, of every case in two calls. */
async function beforeAndAfter(context: Context, cases: readonly Growth[]): Promise<[before: Law[], after: Law[]][]> {
  const laws = await lawsOf(
    context,
    cases.flatMap((c) => [...withChances(c.positions, c.k), ...withChances(grown(c), c.k)]),
  );
  let at = 0;
  return cases.map(({ positions: { length } }) => [laws.slice(at, (at += length)), laws.slice(at, (at += length))]);
}

/** r = (the growing side)/(the other side) at position 0, before. */
function ratio({ positions, loss }: Growth): number {
  const { p, q } = sidesOf(positions[0]!);
  const [own, other] = positions[0]![loss]! < 0 ? [q, p] : [p, q];
  return other === 0 ? Infinity : own / other;
}

const absolute = (x: number): number => Math.abs(x);
const meanSquare = (laws: readonly Law[]): number => laws.reduce((s, law) => s + expectation(law, (x) => x * x), 0);

/** A fall is one of more than this share; equality is none. */
const share = 1e-9;
const tolerance =
  'a fall counts from 1e-9 of the value: the two values of the update are exact, their expectation is taken in float64';

interface Options extends Pick<Claim, 'name' | 'statement' | 'source'> {
  readonly expected?: Claim['expected'];
  /** Positions beside the first. */
  readonly more?: number;
  readonly slopes?: (context: Context) => fc.Arbitrary<number>;
  readonly only?: (c: Growth) => boolean;
  /** What must not fall, and below which share of what it was. */
  readonly what: (laws: readonly Law[]) => number;
  readonly floor?: (c: Growth) => number;
  readonly symbol: string;
  /** The same as a function of s = ‖X‖₂², of which the expectation is taken: text. */
  readonly printed?: string;
}

const rising = ({
  expected = 'holds',
  more = 0,
  slopes = slope,
  only = () => true,
  what,
  floor = () => 1,
  symbol,
  printed = 'Math.sqrt(s)',
  ...rest
}: Options): Claim =>
  caseClaim<Growth>({
    ...rest,
    group: 'Proposition 2',
    expected,
    tolerance,
    devices: 'all',
    cases: (context) => growth(more, slopes(context)).filter(only),
    async judge(cases, context) {
      return (await beforeAndAfter(context, cases)).map(([before, after], i) => {
        const [a, b] = [what(before), what(after)];
        return b >= a * floor(cases[i]!) * (1 - share) ? undefined : `${symbol} falls from ${a} to ${b}`;
      });
    },
    show: (c) => {
      const [g] = c.positions;
      const at =
        c.positions.length > 1
          ? ` at the first position of ${c.positions.map((x) => `(${x.join(', ')})`).join(', ')}`
          : ` among g = (${g!.join(', ')})`;
      return `k = ${c.k}; g_${c.loss + 1} grows from ${g![c.loss]} to ${grown(c)[0]![c.loss]}${at}`;
    },
    snippet: (c) => normSnippet(printed, c.k, withChances(c.positions, c.k), withChances(grown(c), c.k)),
  });

const oneAbsolute = { what: ([law]: readonly Law[]) => expectation(law!, absolute), symbol: 'E|X|' };
const norm = { what: expectedNorm, symbol: 'E‖X‖₂' };
const paper = 'Chen et al. 2020, Proposition 2';
const here = 'derived in docs/propositions.md, Proposition 2';

/** Norms sensitive to every loss: as printed, and what is true of it. */
export const proposition2: readonly Claim[] = [
  rising({
    name: 'prop2-printed',
    statement:
      'E|X| does not fall when one loss’s |g_i| grows (its minimum moves away) and the others stay: one position, every k in [0, 1].',
    source: paper,
    expected: 'fails',
    ...oneAbsolute,
  }),
  rising({
    name: 'prop2-printed-positions',
    statement:
      'E‖X‖₂ over several positions does not fall when one |g_i| grows and the others stay: every k in [0, 1].',
    source: paper,
    expected: 'fails',
    more: 2,
    ...norm,
  }),
  rising({
    name: 'prop2-printed-small-k',
    statement: 'E‖X‖₂ over several positions does not fall when one |g_i| grows and the others stay: k = 1/10.',
    source: paper,
    expected: 'fails',
    more: 2,
    slopes: () => fc.constant(0.1),
    ...norm,
  }),
  rising({
    name: 'prop2-small-k',
    statement: 'One position, k ≤ 1/3: E|X| does not fall when any |g_i| grows.',
    source: here,
    slopes: (context) => slope(context, (k) => k <= 1 / 3),
    ...oneAbsolute,
  }),
  rising({
    name: 'prop2-above-ratio',
    statement:
      'One position, every k: E|X| does not fall when |g_i| grows from r = p/q ≥ r*(k) = 2√(k/(1+k)) − 1 on (its own side over the other).',
    source: here,
    only: (c) => ratio(c) >= lowestRatio(c.k),
    ...oneAbsolute,
  }),
  rising({
    name: 'prop2-deepest-fall',
    statement:
      'One position, k > 1/3: however |g_i| grows, E|X| keeps at least the share 4(√(k(1+k)) − k)/(1+k) of its value; 2√2 − 2 ≈ 0.828 for k = 1.',
    source: here,
    floor: (c) => deepestFall(c.k),
    ...oneAbsolute,
  }),
  rising({
    name: 'prop2-squares-above-ratio',
    statement: 'Several positions: E‖X‖₂² does not fall when |g_i| grows at a position with r ≥ k/(1+k).',
    source: here,
    more: 2,
    only: (c) => ratio(c) >= c.k / (1 + c.k),
    what: meanSquare,
    symbol: 'E‖X‖₂²',
    printed: 's',
  }),
  rising({
    name: 'prop2-norm-above-ratio',
    statement:
      'Several positions: E‖X‖₂ does not fall when |g_i| grows at a position with r ≥ k/(1+k), whatever the others hold.',
    source: here,
    more: 2,
    only: (c) => ratio(c) >= c.k / (1 + c.k),
    ...norm,
  }),
  rising({
    name: 'prop2-random-graddrop',
    statement: 'k = 0, several positions: E‖X‖₂ does not fall when any |g_i| grows.',
    source: here,
    more: 2,
    slopes: () => fc.constant(0),
    ...norm,
  }),
  caseClaim<{ readonly positions: readonly (readonly number[])[]; readonly k: number }>({
    name: 'prop2-bounds',
    group: 'Proposition 2',
    statement:
      'For every k: S/2 ≤ E|X| ≤ S at one position and ½‖S‖₂ ≤ E‖X‖₂ ≤ ‖S‖₂ over several; both ends rise with every |g_i|.',
    source: here,
    expected: 'holds',
    tolerance: '1e-6 of ‖S‖: the bounds are attained, and float64 rounds them',
    devices: 'all',
    cases: (context) => fc.record({ positions: someOf(gradients, 3, [0]), k: slope(context) }),
    async judge(cases, context) {
      const laws = await lawsOf(
        context,
        cases.flatMap((c) => withChances(c.positions, c.k)),
      );
      let at = 0;
      return cases.map(({ positions }) => {
        const value = expectedNorm(laws.slice(at, (at += positions.length)));
        const S = Math.hypot(...positions.map((g) => sidesOf(g).S));
        return value >= S / 2 - 1e-6 * S && value <= S + 1e-6 * S ? undefined : `E‖X‖₂ = ${value} with ‖S‖₂ = ${S}`;
      });
    },
    snippet: ({ positions, k }) => normSnippet('Math.sqrt(s)', k, withChances(positions, k)),
  }),
  printedLosses,
  commonMinimum,
];
