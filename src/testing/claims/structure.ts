import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sidesOf, sumOf } from './closedForms.ts';
import { everyDraw, exact } from './everyDraw.ts';
import { decided, draw, drawn, gradients, nonzero, slope, type Drawn } from './generators.ts';
import { lawsOf } from './positions.ts';
import { lawSnippet } from './snippets.ts';

const signed = (context: Context): fc.Arbitrary<Drawn & { readonly A: number }> =>
  fc
    .record({
      g: gradients,
      U: draw,
      k: slope(context),
      A: fc.constantFrom(1, -1, 0.5, -3),
    })
    .filter(({ A, ...d }) => decided({ ...d, g: d.g.map((x) => Math.sign(A) * x) }));

const scaled = (g: readonly number[], c: number): number[] => g.map((x) => x * c);
const plain = (x: number): string => String(Object.is(x, -0) ? 0 : x);

/**
 * Claims that hold for every draw, not only in the mean, with ℓ = 0 unless stated and without ties.
 */
export const structure: readonly Claim[] = [
  everyDraw({
    name: 'sign-purity',
    statement:
      'ℓ = 0: what is kept at a position has one sign. sgn(A)·X is p or −q, all of one side and nothing of the other.',
    cases: signed,
    positions: (c) => [c],
    contradiction({ g, k, U, A }, [X]) {
      const sign = Math.sign(A);
      const G = scaled(g, sign);
      const { p, q } = sidesOf(G);
      const wanted = keepChance(G, k) > U ? p : 0 - q;
      return sign * X! === wanted ? undefined : `sgn(A) X = ${plain(sign * X!)}, p = ${p}, q = ${q}, U = ${U}`;
    },
  }),
  everyDraw({
    name: 'identity-one-lane',
    statement: 'k = 1: one lane comes back as it is, for every draw.',
    cases: () => fc.record({ g: nonzero.map((x) => [x]), U: draw }),
    positions: (c) => [c],
    lanes: 1,
    contradiction: ({ g, U }, [X]) => (X === g[0] ? undefined : `X = ${X} at U = ${U}, g = ${g[0]}`),
  }),
  everyDraw({
    name: 'identity-agreeing-lanes',
    statement: 'k = 1: if no two g_i have opposite signs, X = Σ g_i for every draw.',
    cases: (context) =>
      fc
        .record({ g: gradients, sign: fc.constantFrom(1, -1), U: draw })
        .map(({ g, sign, U }) => ({ g: g.map((x) => sign * Math.abs(x)), U })),
    positions: (c) => [c],
    contradiction: ({ g, U }, [X]) => (X === sumOf(g) ? undefined : `X = ${X} at U = ${U}, Σ g = ${sumOf(g)}`),
  }),
  everyDraw({
    name: 'identity-random-graddrop',
    statement: 'k < 1: if no two g_i have opposite signs, X = Σ g_i for every draw.',
    source: 'what one would expect of the case k = 1',
    expected: 'fails',
    cases: (context) =>
      fc
        .record({
          g: gradients,
          sign: fc.constantFrom(1, -1),
          U: draw,
          k: slope(context, (k) => k < 1),
        })
        .map(({ g, sign, ...c }) => ({ ...c, g: g.map((x) => sign * Math.abs(x)) }))
        .filter(decided),
    positions: (c) => [c],
    contradiction: ({ g, U }, [X]) => (X === sumOf(g) ? undefined : `X = ${plain(X!)} at U = ${U}, Σ g = ${sumOf(g)}`),
  }),
  everyDraw({
    name: 'leak-one-is-the-sum',
    statement: 'ℓ_i = 1 for every i: X = Σ g_i for every draw and every k.',
    cases: drawn,
    positions: ({ g, ...c }) => [{ ...c, g, leak: g.map(() => 1) }],
    contradiction: ({ g, U }, [X]) => (X === sumOf(g) ? undefined : `X = ${X} at U = ${U}, Σ g = ${sumOf(g)}`),
  }),
  caseClaim<{ readonly g: readonly number[]; readonly leak: readonly number[]; readonly k: number }>({
    name: 'leak-law',
    group: 'Structure of the merge',
    statement:
      'X = p − q_ℓ with probability f and p_ℓ − q otherwise, p_ℓ = Σ_{g_i>0} ℓ_i g_i and q_ℓ = Σ_{g_i<0} ℓ_i |g_i|.',
    source: 'Algorithm 1, line 14',
    expected: 'holds',
    tolerance: exact,
    devices: 'all',
    share: 0.5,
    cases: (context) =>
      gradients.chain((g) =>
        fc.record({
          g: fc.constant(g),
          leak: fc.array(fc.constantFrom(0, 1, 0.5), { minLength: g.length, maxLength: g.length }),
          k: slope(context),
        }),
      ),
    async judge(cases, context) {
      const laws = await lawsOf(
        context,
        cases.map((c) => ({ ...c, f: keepChance(c.g, c.k) })),
      );
      return cases.map(({ g, leak }, i) => {
        const [all, part] = [sidesOf(g), sidesOf(g.map((x, j) => x * leak[j]!))];
        const { positive = all.p - part.q, negative = part.p - all.q } = laws[i]!;
        return positive === all.p - part.q && negative === part.p - all.q
          ? undefined
          : `X = ${positive} or ${negative}, not ${all.p - part.q} or ${part.p - all.q}`;
      });
    },
    snippet: (c) => lawSnippet('f * x + (1 - f) * y', { ...c, f: keepChance(c.g, c.k) }),
  }),
  everyDraw({
    name: 'scaling',
    statement: 'X(c g) = c X(g) with the same masks, for c from 1e-36 to 1e36.',
    tolerance: '1e-5 of c S: c g_i is rounded to float32',
    cases: (context) =>
      fc
        .record({ at: drawn(context), e: fc.integer({ min: -36, max: 36 }) })
        .map(({ at, e }) => ({ ...at, c: Number(`1e${e}`) })),
    positions: ({ c, ...at }) => [at, { ...at, g: scaled(at.g, c) }],
    contradiction: ({ g, c }, [X, Y]) =>
      near(Y!, c * X!, c * sidesOf(g).S) ? undefined : `X(g) = ${X}, X(c g) = ${Y} for c = ${c}`,
  }),
  everyDraw({
    name: 'extremes',
    statement:
      'Where Σ|g_i| overflows float32, X still has the sign that P decides; it is never NaN, and infinite only if p or q is.',
    tolerance: '1e-5 of X: c g_i is rounded to float32',
    cases: (context) => drawn(context).map((at) => ({ ...at, c: 2.5e37 })),
    positions: ({ c, ...at }) => [{ ...at, g: scaled(at.g, c) }],
    contradiction({ g, U, k, c }, [X]) {
      const { p, q } = sidesOf(g);
      const wanted = c * (keepChance(g, k) > U ? p : 0 - q);
      const overflown = Math.abs(wanted) > 3.4e38 && Math.abs(X!) >= 3.4e38 && Math.sign(X!) === Math.sign(wanted);
      return overflown || near(X!, wanted, Math.abs(wanted)) ? undefined : `X = ${X}, not ${wanted}`;
    },
  }),
  everyDraw({
    name: 'permutation',
    statement: 'Permuting the losses changes nothing.',
    cases: (context) =>
      drawn(context).chain((at) =>
        fc
          .shuffledSubarray(
            at.g.map((_, i) => i),
            { minLength: at.g.length, maxLength: at.g.length },
          )
          .map((order) => ({ ...at, order })),
      ),
    positions: ({ order, ...at }) => [at, { ...at, g: order.map((i) => at.g[i]!) }],
    contradiction: ({ order }, [X, Y]) => (X === Y ? undefined : `X = ${X}, and ${Y} in the order ${order.join(', ')}`),
  }),
  everyDraw({
    name: 'negation',
    statement: 'X(−g; 1 − U) = −X(g; U): neither sign is preferred.',
    cases: drawn,
    positions: (at) => [at, { ...at, g: scaled(at.g, -1), U: 1 - at.U }],
    contradiction: (_, [X, Y]) => (X! + Y! === 0 ? undefined : `X(g; U) = ${X}, X(−g; 1 − U) = ${Y}`),
  }),
];
