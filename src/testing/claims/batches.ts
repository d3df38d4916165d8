import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sumOf } from './closedForms.ts';
import {
  featureExpectation,
  featureLaws,
  signedSum,
  signedSums,
  weightedSum,
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

/** How the updates and gradients of a feature's examples are summed: by sgn(A) or by A. */
interface Sum {
  readonly symbol: string;
  readonly of: typeof signedSum;
  /** The weight of example b as text. */
  readonly weight: string;
}
const bySign: Sum = { symbol: 'Σ sgn(A)', of: signedSum, weight: 'Math.sign(A[b])' };
const byWeight: Sum = { symbol: 'Σ A', of: weightedSum, weight: 'A[b]' };

/** A program that computes the case; h has the shape [examples, 1]. */
const snippetOf =
  (sum: Sum | undefined) =>
  (x: Feature): string => {
    const f = keepChance(signedSums(x), x.k);
    return program(
      'signDrop, tensor',
      `const A = [${x.A.join(', ')}];`,
      `const g = tensor([${x.g.map((r) => rows(r.map((v) => [v]))).join(', ')}]); // [lanes, examples, 1]`,
      `const rule = (U) => signDrop({ draw: tensor([[U]]), k: ${x.k}, zeroSign: 'drop' });`,
      'const update = (U) => rule(U)(g, tensor(A).unsqueeze(1)).data();',
      `const f = ${f}; // the chance that U < f`,
      'const [x, y] = [await update(f / 2), await update((1 + f) / 2)]; // U < f, U > f',
      'console.log(x, y);',
      'const [mean, plain] = [x.map((v, b) => f * v + (1 - f) * y[b]), await g.sum({ axis: 0 }).data()];',
      'console.log(mean, plain); // E[X], and Σ_i g_i',
      ...(sum
        ? [
            `const total = (v) => v.reduce((s, w, b) => s + ${sum.weight} * w, 0);`,
            `console.log(total(mean), total(plain)); // ${sum.symbol} E[X], and ${sum.symbol} Σ_i g_i`,
          ]
        : []),
    );
  };

interface Options extends Pick<Claim, 'name' | 'group' | 'statement' | 'source'> {
  readonly expected?: Claim['expected'];
  readonly slopes?: (context: Context) => fc.Arbitrary<number>;
  readonly contradiction: (x: Feature, law: FeatureLaw) => string | undefined;
  /** The sum that the claim is about, if it is not about single examples. */
  readonly sum?: Sum;
}

const batchClaim = ({ contradiction, sum, slopes = slope, expected = 'holds', ...rest }: Options): Claim =>
  caseClaim<Feature>({
    ...rest,
    expected,
    devices: 'all',
    tolerance:
      '1e-5 of Σ|g| (times the largest |A| where sums are weighted): float32 rounds f and nothing else, the gradients are quarters',
    cases: (context) => featureOf(slopes(context)),
    judge: async (features, context) =>
      (await featureLaws(context, features)).map((law, i) => contradiction(features[i]!, law)),
    show: (x) => `A = (${x.A.join(', ')}), g = ${rows(x.g)} (losses × examples), k = ${x.k}`,
    snippet: snippetOf(sum),
  });

const vanishes = (law: FeatureLaw, of: (x: readonly number[]) => readonly number[]): boolean =>
  featureExpectation(law, (x) => (zero(of(x)) ? 0 : 1)) === 0;
const one = (): fc.Arbitrary<number> => fc.constant(1);
const size = (x: Feature): number => sumOf(x.g.flat().map(Math.abs));
const largest = (x: Feature): number => Math.max(...x.A.map(Math.abs));

/** The claim that a sum of X vanishes almost surely if and only if that of each loss is 0. */
const jointMinimum = (sum: Sum): Pick<Options, 'sum' | 'contradiction'> => ({
  sum,
  contradiction(x, law) {
    const { symbol, of } = sum;
    const is = vanishes(law, (v) => [of(x, v)]);
    const sums = x.g.map((row) => of(x, row));
    if (is === zero(sums)) return undefined;
    return `${symbol} X ${is ? 'vanishes for every U' : 'does not vanish'}, ${symbol} g = (${sums.join(', ')})`;
  },
});

/** The claim that a sum of X has, in the mean, the value that it has without the merge. */
const unbiased = (sum: Sum): Pick<Options, 'sum' | 'contradiction'> => ({
  sum,
  contradiction(x, law) {
    const { symbol, of } = sum;
    const mean = featureExpectation(law, (v) => of(x, v));
    const plain = sumOf(x.g.map((row) => of(x, row)));
    return near(mean, plain, size(x) * largest(x))
      ? undefined
      : `E[${symbol} X] = ${mean}, Σ_i ${symbol} g_i = ${plain}`;
  },
});

/**
 * Claims about sums over the batch. The paper speaks of a virtual weight W of each feature, whose
 * gradient is Σ_b A_b g_i,b (Equation 3). What it says of W is true of Σ_b sgn(A_b) g_i,b, from
 * which Algorithm 1 reads signs, and false of W itself.
 */
export const batches: readonly Claim[] = [
  batchClaim({
    name: 'prop1-virtual-weight',
    group: 'Proposition 1',
    statement:
      'Summed over a batch: Σ_b sgn(A_b) X_b = 0 with probability 1 if and only if every G_i = Σ_b sgn(A_b) g_i,b (Algorithm 1) is 0.',
    source: 'derived in docs/propositions.md, Proposition 1',
    ...jointMinimum(bySign),
  }),
  batchClaim({
    name: 'prop1-virtual-weight-printed',
    group: 'Proposition 1',
    statement:
      'Summed over a batch: Σ_b A_b X_b = 0 with probability 1 if and only if every Σ_b A_b g_i,b (Equation 3) is 0.',
    source: 'Chen et al. 2020, Proposition 1, for the gradient of W^(A) in Equation 3',
    expected: 'fails',
    ...jointMinimum(byWeight),
  }),
  batchClaim({
    name: 'prop1-batch-elementwise',
    group: 'Proposition 1',
    statement: 'Summed over a batch: X_b = 0 for every b with probability 1 if and only if every g_i,b is 0.',
    source: 'Chen et al. 2020, Proposition 1, read for each activation',
    expected: 'fails',
    contradiction: (x, law) =>
      vanishes(law, (v) => v) === zero(x.g.flat())
        ? undefined
        : `X = 0 for every U, for G = (${signedSums(x).join(', ')}), but some g is not 0`,
  }),
  batchClaim({
    name: 'virtual-weight-unbiased',
    group: 'Proposition 3',
    statement: 'Summed over a batch, k = 1: E[Σ_b sgn(A_b) X_b] = Σ_i Σ_b sgn(A_b) g_i,b = Σ_i G_i.',
    source: 'derived in docs/propositions.md, Proposition 3',
    slopes: one,
    ...unbiased(bySign),
  }),
  batchClaim({
    name: 'virtual-weight-unbiased-printed',
    group: 'Proposition 3',
    statement: 'Summed over a batch, k = 1: E[Σ_b A_b X_b] = Σ_i Σ_b A_b g_i,b.',
    source: 'Chen et al. 2020, Proposition 3, for the gradient of W^(A) in Equation 3',
    expected: 'fails',
    slopes: one,
    ...unbiased(byWeight),
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
