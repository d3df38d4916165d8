import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, sidesOf } from './closedForms.ts';
import { gradient, nonzero, slope } from './generators.ts';
import { expectation, expectedNorm, lawsOf, type Law } from './positions.ts';
import { normSnippet } from './snippets.ts';

/**
 * The gradients at several positions of a parameter vector. The first gradient at the first
 * position grows to `to`.
 */
export interface Growth {
  readonly positions: readonly (readonly number[])[];
  readonly to: number;
  readonly k: number;
}

const grown = ({ positions, to }: Growth): number[][] =>
  positions.map((g, j) => (j > 0 ? [...g] : [to, ...g.slice(1)]));

/**
 * Generates growths of the first gradient at the first position. Small gradients against larger
 * ones of the other sign, and further positions in conflict, are drawn with raised probability.
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
      return { positions: [[first, ...around], ...neighbours], to: first < 0 ? first - by : first + by, k };
    });
};

/**
 * Generates growths of one gradient against others of the opposite sign, with sum S of sizes. It
 * grows to at most most(k) · S, from 0 or from a quarter, half or three quarters of that.
 * `neighbours` gives further positions, which may depend on S.
 */
export const growthUpTo = (
  most: (k: number) => number,
  slopes: fc.Arbitrary<number>,
  neighbours: (against: number) => readonly (readonly number[])[] = () => [],
): fc.Arbitrary<Growth> =>
  fc
    .record({
      sign: fc.constantFrom(1, -1),
      rest: fc.array(nonzero, { minLength: 1, maxLength: 4 }),
      part: fc.nat({ max: 3 }),
      k: slopes,
    })
    .map(({ sign, rest, part, k }) => {
      const { S } = sidesOf(rest);
      // Multiples of 2⁻¹⁰, which float32 adds to quarters without rounding.
      const end = Math.floor(most(k) * S * 256) / 256;
      const from = (part / 4) * end;
      const others = rest.map((x) => -sign * Math.abs(x));
      return { positions: [[from === 0 ? 0 : sign * from, ...others], ...neighbours(S)], to: sign * end, k };
    });

export const withChances = (
  positions: readonly (readonly number[])[],
  k: number,
): { readonly g: readonly number[]; readonly k: number; readonly f: number }[] =>
  positions.map((g) => ({ g, k, f: keepChance(g, k) }));

/**
 * Computes the laws of all positions before and after the growth, for all cases in a few kernel
 * calls.
 */
async function beforeAndAfter(context: Context, cases: readonly Growth[]): Promise<[before: Law[], after: Law[]][]> {
  const laws = await lawsOf(
    context,
    cases.flatMap((c) => [...withChances(c.positions, c.k), ...withChances(grown(c), c.k)]),
  );
  let at = 0;
  return cases.map(({ positions: { length } }) => [laws.slice(at, (at += length)), laws.slice(at, (at += length))]);
}

/** The ratio r of the growing side to the other side at the first position, before the growth. */
export function ratio({ positions }: Growth): number {
  const { p, q } = sidesOf(positions[0]!);
  const [own, other] = positions[0]![0]! < 0 ? [q, p] : [p, q];
  return other === 0 ? Infinity : own / other;
}

const absolute = (x: number): number => Math.abs(x);
const meanSquare = (laws: readonly Law[]): number => laws.reduce((s, law) => s + expectation(law, (x) => x * x), 0);

/** A decrease counts only beyond this relative size. */
const share = 1e-9;
const tolerance =
  'a fall counts from 1e-9 of the value: the two values of the update are exact, their expectation is taken in float64';

interface Options extends Pick<Claim, 'name' | 'statement' | 'source'> {
  readonly expected?: Claim['expected'];
  /** The number of positions beside the first. */
  readonly more?: number;
  readonly slopes?: (context: Context) => fc.Arbitrary<number>;
  readonly only?: (c: Growth) => boolean;
  /** A generator of growths that replaces the default. */
  readonly growths?: (context: Context) => fc.Arbitrary<Growth>;
  /** The quantity that must not fall below `floor` times its value before. */
  readonly what: (laws: readonly Law[]) => number;
  readonly floor?: (c: Growth) => number;
  /** If true, the claim is that the quantity falls. */
  readonly falls?: boolean;
  readonly symbol: string;
  /** The quantity as text: a function of s = ‖X‖₂² whose expectation is taken. */
  readonly printed?: string;
}

/**
 * Makes a claim that a measure of the update does not fall while a gradient grows, or, with
 * `falls`, that it does.
 */
export const growing = ({
  expected = 'holds',
  more = 0,
  slopes = slope,
  only = () => true,
  growths = (context) => growth(more, slopes(context)).filter(only),
  what,
  floor = () => 1,
  falls = false,
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
    cases: growths,
    async judge(cases, context) {
      return (await beforeAndAfter(context, cases)).map(([before, after], i) => {
        const [a, b] = [what(before), what(after)];
        const fallen = b < a * floor(cases[i]!) * (1 - share);
        return fallen === falls ? undefined : `${symbol} ${fallen ? 'falls' : 'does not fall'} from ${a} to ${b}`;
      });
    },
    show: (c) => {
      const [g] = c.positions;
      const at =
        c.positions.length > 1
          ? ` at the first position of ${c.positions.map((x) => `(${x.join(', ')})`).join(', ')}`
          : ` among g = (${g!.join(', ')})`;
      return `k = ${c.k}; g_1 grows from ${g![0]} to ${c.to}${at}`;
    },
    snippet: (c) => normSnippet(printed, c.k, withChances(c.positions, c.k), withChances(grown(c), c.k)),
  });

/** A measure of the update, its symbol, and its text as a function of s = ‖X‖₂². */
type Size = Pick<Options, 'what' | 'symbol' | 'printed'>;

export const oneAbsolute: Size = { what: ([law]) => expectation(law!, absolute), symbol: 'E|X|' };
export const norm: Size = { what: expectedNorm, symbol: 'E‖X‖₂' };
export const squares: Size = { what: meanSquare, symbol: 'E‖X‖₂²', printed: 's' };
