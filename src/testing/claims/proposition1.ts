import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, sumOf } from './closedForms.ts';
import { gradient, nonzero, slope } from './generators.ts';
import { lawsOf, vanishes, type Position } from './positions.ts';
import { lawSnippet } from './snippets.ts';

/** A position without its draw. */
type Case = Omit<Position, 'U'> & { readonly k: number };

const chanceOf = ({ g, A = 1, k, zeroSign }: Case): number => {
  const sign = A === 0 && zeroSign === 'positive' ? 1 : Math.sign(A);
  return keepChance(
    g.map((x) => sign * x),
    k,
  );
};

const withChance = (c: Case): Case & { readonly f: number } => ({ ...c, f: chanceOf(c) });

interface Options extends Pick<Claim, 'name' | 'statement' | 'source'> {
  readonly expected?: Claim['expected'];
  readonly cases: (context: Context) => fc.Arbitrary<Case>;
  /** Says whether the update vanishes with probability 1, according to the claim. */
  readonly says: (c: Case) => boolean;
}

/** Makes a claim that the update vanishes with probability 1 exactly in these cases. */
const vanishing = ({ says, expected = 'holds', ...rest }: Options): Claim =>
  caseClaim<Case>({
    ...rest,
    group: 'Proposition 1',
    expected,
    devices: 'all',
    tolerance: 'none: quarters below 2^24 are summed without rounding, so an update that is zero is exactly 0',
    async judge(cases, context) {
      const laws = await lawsOf(context, cases.map(withChance));
      return laws.map((law, i) => {
        const [is, should] = [vanishes(law), says(cases[i]!)];
        const values = `X = ${law.positive ?? 'never'} below f = ${law.f} and ${law.negative ?? 'never'} above`;
        return is === should
          ? undefined
          : `${values}, but the claim says that X ${should ? 'vanishes' : 'does not vanish'}`;
      });
    },
    show: (c) =>
      [
        `g = (${c.g.join(', ')})`,
        `k = ${c.k}`,
        c.leak && `leak = (${c.leak.join(', ')})`,
        c.A !== undefined && `A = ${c.A}`,
      ]
        .filter(Boolean)
        .join(', '),
    snippet: (c) => lawSnippet('f * Math.abs(x) + (1 - f) * Math.abs(y)', withChance(c)),
  });

const none = (c: Case): boolean => c.g.every((x) => x === 0);

/** Generates a loss at a position: its gradient and its leak. */
const loss = fc.record({ x: gradient, l: fc.constantFrom(1, 0, 0.5) });

/**
 * Generates losses at a position. In half of the cases each gets an opposite one, so that sums
 * cancel often. A last loss may send back 0.
 */
const losses = fc
  .record({ some: fc.array(loss, { maxLength: 3 }), mirrored: fc.boolean(), idle: fc.boolean() })
  .map(({ some, mirrored, idle }) => {
    const active = some.filter(({ x }) => x !== 0);
    const all = mirrored ? [...active, ...active.map(({ x, l }) => ({ x: 0 - x, l }))] : active;
    return idle || all.length === 0 ? [...all.slice(0, 5), { x: 0, l: 0 }] : all;
  });

const cancelling = losses.map((all) => all.map(({ x }) => x));

const leaking = (context: Context): fc.Arbitrary<Case> =>
  fc
    .record({ all: losses, k: slope(context) })
    .map(({ all, k }) => ({ g: all.map(({ x }) => x), k, leak: all.map(({ l }) => l) }));

/** Says whether every active loss has ℓ = 1, and p = q. */
const allLeakAndCancel = ({ g, leak = [] }: Case): boolean =>
  g.every((x, i) => x === 0 || leak[i] === 1) && g.reduce((a, b) => a + b, 0) === 0;

const activation =
  (zeroSign: NonNullable<Position['zeroSign']>) =>
  (context: Context): fc.Arbitrary<Case> =>
    fc.record({
      g: cancelling,
      k: slope(context),
      A: fc.constantFrom(0, 1, -1, 2.5),
      zeroSign: fc.constant(zeroSign),
    });

const paper = 'Chen et al. 2020, Proposition 1';
const here = 'derived in docs/propositions.md, Proposition 1';

/**
 * Proposition 1: stable points are joint minima. X = 0 with probability 1 only where no loss has a
 * gradient.
 */
export const proposition1: readonly Claim[] = [
  vanishing({
    name: 'prop1',
    statement: 'For ℓ = 0 and every k in [0, 1]: X = 0 with probability 1 if and only if every g_i = 0.',
    source: paper,
    cases: (context) => fc.record({ g: cancelling, k: slope(context) }),
    says: none,
  }),
  vanishing({
    name: 'prop1-leaks-naive',
    statement: 'For every leak ℓ in [0, 1]^n: X = 0 with probability 1 if and only if every g_i = 0.',
    source: `${paper}, read for any leak`,
    expected: 'fails',
    cases: leaking,
    says: none,
  }),
  vanishing({
    name: 'prop1-leaks',
    statement:
      'With leaks: X = 0 with probability 1 if and only if p = q and every loss with g_i ≠ 0 has ℓ_i = 1 (no loss at all included).',
    source: here,
    cases: leaking,
    says: allLeakAndCancel,
  }),
  vanishing({
    name: 'prop1-transfer',
    statement:
      'If a loss with g_i ≠ 0 has ℓ_i < 1, X is not almost surely 0: source leak 1, target leak 0 keeps the proposition.',
    source: here,
    cases: (context) =>
      fc
        .record({ g: cancelling, target: nonzero, opposed: fc.boolean(), k: slope(context) })
        .map(({ g, target, opposed, k }) => {
          const source = g.slice(0, 5);
          // In half of the cases the target cancels the sum of the sources.
          const sum = sumOf(source);
          return { g: [...source, opposed && sum !== 0 ? -sum : target], k, leak: [...source.map(() => 1), 0] };
        }),
    says: () => false,
  }),
  vanishing({
    name: 'prop1-sign-of-zero-dropped',
    statement:
      'With sgn(0) = 0 (Algorithm 1 to the letter), at every activation A: X = 0 with probability 1 if and only if every g_i = 0.',
    source: `${paper}, for the layer of Algorithm 1`,
    expected: 'fails',
    cases: activation('drop'),
    says: none,
  }),
  vanishing({
    name: 'prop1-sign-of-zero-kept',
    statement:
      'Where A = 0 and such gradients are kept, at every activation A: X = 0 with probability 1 if and only if every g_i = 0.',
    source: here,
    expected: 'fails',
    cases: activation('keep'),
    says: none,
  }),
  vanishing({
    name: 'prop1-sign-of-zero-positive',
    statement: 'With sgn(0) = +1, at every activation A: X = 0 with probability 1 if and only if every g_i = 0.',
    source: here,
    cases: activation('positive'),
    says: none,
  }),
];
