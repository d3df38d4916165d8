import fc from 'fast-check';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Claim } from '../claim.ts';
import { keepChance, sidesOf, type Sides } from './closedForms.ts';
import { everyDraw } from './everyDraw.ts';
import { gradients } from './generators.ts';
import { clear, type Position } from './positions.ts';

const equations = 'Chen et al. 2020, Equations 1 and 2';

/** The two examples of Figure 1, and their purities. */
const figure = [
  { g: [3, 1], P: 1 },
  { g: [7, -3], P: 0.7 },
];

/** Statements about P: a keep function that is 1 where it is true, and its condition on p and q. */
const about: readonly (readonly [symbol: string, keep: (p: Tensor) => Tensor, holds: (sides: Sides) => boolean])[] = [
  ['P = 1', (p) => p.equal(1), ({ p, q }) => p > 0 && q === 0],
  ['P = 0', (p) => p.equal(0), ({ p, q }) => q > 0 && p === 0],
  ['P = ½', (p) => p.equal(0.5), ({ p, q }) => p === q],
  ['0 ≤ P ≤ 1', (p) => p.greaterEqual(0).mul(p.lessEqual(1)), () => true],
];

/** Positions where p + q is a power of 2, and f(P) exact: U equals it. */
const tie = (): fc.Arbitrary<Position & { readonly k: number; readonly A: number }> =>
  fc
    .record({
      A: fc.constantFrom(1, -1),
      k: fc.constantFrom(1, 0, 0.5, 0.25, 0.75),
      S: fc.constantFrom(2, 1, 4, 16),
      // Equal sides come first, because the others shrink to them.
      part: fc.constantFrom(32, ...Array.from({ length: 65 }, (_, i) => i)),
      parted: fc.boolean(),
    })
    .map(({ A, k, S, part, parted }) => {
      const [p, q] = [(S * part) / 64, S - (S * part) / 64];
      const G = parted ? [p / 2, -q, p / 2] : [p, -q];
      return { g: G.map((x) => 0 + A * x), k, A, U: keepChance(G, k) };
    })
    .filter(({ U }) => U > 0 && U < 1);

const draws = (P: number): fc.Arbitrary<number> =>
  fc
    .oneof(
      fc.nat({ max: 2 ** 23 - 1 }).map((j) => (2 * j + 1) * 2 ** -24),
      fc.integer({ min: 1, max: 64 }).map((j) => P - j * clear),
      fc.integer({ min: 1, max: 64 }).map((j) => P + j * clear),
    )
    .filter((U) => U > 0 && U < 1 && Math.abs(U - P) >= clear);

/** Claims about the purity P, which are seen in the update. */
export const purity: readonly Claim[] = [
  everyDraw<Position & { readonly P: number }>({
    name: 'figure-1',
    statement:
      'Gradients (3, 1) have P = 1: X = 4 for every draw. Gradients (7, −3) have P = 0.7: X = 7 where U < 0.7 and −3 where U > 0.7.',
    source: 'Chen et al. 2020, Figure 1',
    tolerance: 'none for X; 0.7 is located to 2⁻¹⁸',
    cases: () => fc.constantFrom(...figure).chain(({ g, P }) => draws(P).map((U) => ({ g, P, U }))),
    positions: (c) => [c],
    contradiction({ g, U, P }, [X]) {
      const { p, q } = sidesOf(g);
      const wanted = U < P ? p : 0 - q;
      return X === wanted ? undefined : `X = ${X} at U = ${U}, but ${wanted} for P = ${P}`;
    },
  }),
  everyDraw<{ readonly g: readonly number[] }>({
    name: 'purity-bounds',
    statement:
      '0 ≤ P ≤ 1. P = 1 exactly where some g_i > 0 and none is below 0, P = 0 where some g_i < 0 and none is above 0, and P = ½ where p = q.',
    source: equations,
    tolerance: 'none: a quotient of equal numbers, and one of a number and its double, are exact',
    // Graphics cards may divide by multiplying with a reciprocal.
    devices: 'ieee',
    cases: () =>
      fc
        .record({ some: gradients, mirrored: fc.boolean(), sign: fc.constantFrom(0, 1, -1) })
        .map(({ some, mirrored, sign }) => ({
          g: mirrored
            ? some.slice(0, 3).flatMap((x) => [x, 0 - x])
            : sign === 0
              ? some
              : some.map((x) => 0 + sign * Math.abs(x)),
        })),
    positions: ({ g }) => about.map(([, keep]) => ({ g, keep, U: 0.5 })),
    contradiction({ g }, X) {
      const sides = sidesOf(g);
      const wrong = about.findIndex(([, , holds], i) => X[i] !== (holds(sides) ? sides.p : 0 - sides.q));
      if (wrong < 0) return undefined;
      const [symbol, , holds] = about[wrong]!;
      return `p = ${sides.p} and q = ${sides.q}, so ${symbol} should ${holds(sides) ? '' : 'not '}hold, but X = ${X[wrong]} with f = [${symbol}]`;
    },
  }),
  everyDraw({
    name: 'ties',
    statement: 'At U = f(P) the negative side of sgn(A)·g is kept: sgn(A)·X = −q.',
    source: 'docs/propositions.md, Proposition 1; the paper’s strict inequalities drop both sides',
    tolerance: 'none: p + q is a power of 2, so f(P) is exact',
    cases: tie,
    positions: (c) => [c],
    contradiction({ g, A, U }, [X]) {
      const { p, q } = sidesOf(g.map((x) => A * x));
      return A * X! + q === 0 ? undefined : `sgn(A) X = ${A * X!} at U = f(P) = ${U}, p = ${p}, q = ${q}`;
    },
  }),
];
