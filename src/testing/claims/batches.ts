import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sumOf } from './closedForms.ts';
import {
  featureExpectation,
  featureLaws,
  virtualGradients,
  virtualUpdate,
  type Feature,
  type FeatureLaw,
} from './features.ts';
import { gradient, nonzero, slope, someOf } from './generators.ts';
import { program } from './snippets.ts';

const zero = (xs: readonly number[]): boolean => xs.every((x) => x === 0);

/**
 * Generates one example: its activation, and the gradient that each of three losses sends back to
 * it.
 */
const example = fc.record({ A: nonzero, g: fc.tuple(gradient, gradient, gradient) });

const featureOf = (slopes: fc.Arbitrary<number>): fc.Arbitrary<Feature> =>
  fc
    .record({
      examples: someOf(example, 3, { A: 1, g: [0, 0, 0] }),
      lanes: fc.integer({ min: 1, max: 3 }),
      quarters: fc.boolean(),
      k: slopes,
    })
    .map(({ examples, lanes, quarters, k }) => {
      const value = (x: number): number => (quarters ? x : Math.sign(x));
      const all = Array.from({ length: lanes }, (_, i) => examples.map(({ g }) => value(g[i]!)));
      const active = all.filter((row) => !zero(row));
      return { A: examples.map(({ A }) => A), g: active.length > 0 ? active : all.slice(0, 1), k };
    });

const rows = (m: readonly (readonly number[])[]): string => `[${m.map((r) => `[${r.join(', ')}]`).join(', ')}]`;

/** A program that computes the case; h has the shape [examples, 1]. */
function snippet(x: Feature): string {
  const f = keepChance(virtualGradients(x), x.k);
  return program(
    'signDrop, tensor',
    `const h = tensor(${rows(x.A.map((a) => [a]))}); // [examples, 1]`,
    `const g = tensor([${x.g.map((r) => rows(r.map((v) => [v]))).join(', ')}]); // [lanes, examples, 1]`,
    `const update = (U) => signDrop({ draw: tensor([[U]]), k: ${x.k}, zeroSign: 'drop' })(g, h).data();`,
    `const f = ${f}; // the chance that U < f`,
    'const [x, y] = [await update(f / 2), await update((1 + f) / 2)]; // U < f, U > f',
    'console.log(x, y);',
    'console.log(x.map((v, b) => f * v + (1 - f) * y[b]), await g.sum({ axis: 0 }).data()); // E[X], and Σ_i g_i',
  );
}

interface Options extends Pick<Claim, 'name' | 'group' | 'statement' | 'source'> {
  readonly expected?: Claim['expected'];
  readonly slopes?: (context: Context) => fc.Arbitrary<number>;
  readonly contradiction: (x: Feature, law: FeatureLaw) => string | undefined;
}

const batchClaim = ({ contradiction, slopes = slope, expected = 'holds', ...rest }: Options): Claim =>
  caseClaim<Feature>({
    ...rest,
    expected,
    devices: 'all',
    tolerance: '1e-5 of Σ|g|: float32 rounds f and nothing else, the gradients are quarters',
    cases: (context) => featureOf(slopes(context)),
    judge: async (features, context) =>
      (await featureLaws(context, features)).map((law, i) => contradiction(features[i]!, law)),
    show: (x) => `A = (${x.A.join(', ')}), g = ${rows(x.g)} (losses × examples), k = ${x.k}`,
    snippet,
  });

const vanishes = (law: FeatureLaw): boolean => featureExpectation(law, (x) => (zero(x) ? 0 : 1)) === 0;
const one = (): fc.Arbitrary<number> => fc.constant(1);
const size = (x: Feature): number => sumOf(x.g.flat().map(Math.abs));

/**
 * Claims about sums over the batch. The propositions are about the virtual weight W of a feature,
 * for which loss i has gradient G_i.
 */
export const batches: readonly Claim[] = [
  batchClaim({
    name: 'prop1-virtual-weight',
    group: 'Proposition 1',
    statement:
      'Summed over a batch: Σ_b sgn(A_b) X_b = 0 with probability 1 if and only if every G_i = Σ_b sgn(A_b) g_i,b is 0.',
    source: 'Chen et al. 2020, Proposition 1, for W^(A)',
    contradiction(x, law) {
      const is = featureExpectation(law, (v) => (virtualUpdate(x, v) === 0 ? 0 : 1)) === 0;
      const should = zero(virtualGradients(x));
      return is === should
        ? undefined
        : `Σ sgn(A) X ${is ? 'vanishes' : 'does not vanish'}, G = (${virtualGradients(x).join(', ')})`;
    },
  }),
  batchClaim({
    name: 'prop1-batch-elementwise',
    group: 'Proposition 1',
    statement: 'Summed over a batch: X_b = 0 for every b with probability 1 if and only if every g_i,b is 0.',
    source: 'Chen et al. 2020, Proposition 1, read for each activation',
    expected: 'fails',
    contradiction: (x, law) =>
      vanishes(law) === zero(x.g.flat())
        ? undefined
        : `X = 0 for every U, for G = (${virtualGradients(x).join(', ')}), but some g is not 0`,
  }),
  batchClaim({
    name: 'virtual-weight-unbiased',
    group: 'Proposition 3',
    statement: 'Summed over a batch, k = 1: E[Σ_b sgn(A_b) X_b] = Σ_i G_i.',
    source: 'derived in docs/propositions.md, Proposition 3',
    slopes: one,
    contradiction(x, law) {
      const mean = featureExpectation(law, (v) => virtualUpdate(x, v));
      const D = sumOf(virtualGradients(x));
      return near(mean, D, size(x)) ? undefined : `E[Σ sgn(A) X] = ${mean}, Σ G = ${D}`;
    },
  }),
  batchClaim({
    name: 'batch-elements-unbiased',
    group: 'Proposition 3',
    statement: 'Summed over a batch, k = 1: E[X_b] = Σ_i g_i,b for every example b.',
    source: 'what one would expect of Proposition 3; docs/propositions.md',
    expected: 'fails',
    slopes: one,
    contradiction(x, law) {
      const means = x.A.map((_, b) => featureExpectation(law, (v) => v[b]!));
      const sums = x.A.map((_, b) => sumOf(x.g.map((row) => row[b]!)));
      return means.every((m, b) => near(m, sums[b]!, size(x)))
        ? undefined
        : `E[X] = (${means.join(', ')}), Σ_i g_i = (${sums.join(', ')})`;
    },
  }),
];
