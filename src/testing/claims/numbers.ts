import { hash, limbsOf, seedWords, uniforms } from '../../../kernels/random.ts';
import { foldIn, key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import { again, checkSignal, type Claim, type Context, type Verdict } from '../claim.ts';
import {
  avalancheP,
  birthdaySpacingsP,
  equidistributionP,
  kolmogorovSmirnovP,
  laggedP,
  pointsP,
  runsP,
  runsUpP,
  serialP,
} from '../uniformity/tests.ts';
import { program, rerunSnippet } from './snippets.ts';

type Draws = Float32Array | Float64Array;

const common = { group: 'Random numbers', expected: 'holds' } as const;

const drawn = (seed: number, n: number): Promise<Draws> => random.uniform(key(seed), [n]).data();

/** The index of the first difference between two lists. */
const difference = (got: ArrayLike<number>, want: Float32Array): number =>
  want.findIndex((x, i) => x !== got[i] || i >= got.length);

/** The number of draws that are compared. */
const many = 2 ** 20;

const sameBits: Claim = {
  ...common,
  name: 'uniform-bits',
  statement:
    'random.uniform gives the same bits on every device and in every process: a million draws are those of the hash of key and counter, read as they are or by a kernel.',
  source: 'kernels/random.ts',
  tolerance: 'none: the draws are odd multiples of 2⁻²⁴, which float32 holds, and so is 2U − 1',
  devices: 'all',
  async check(context: Context): Promise<Verdict> {
    const { seed } = context;
    const want = uniforms(limbsOf(...seedWords(seed)), many);
    const ways: [string, () => Promise<Draws>, Float32Array][] = [
      [`random.uniform(key(${seed}), [${many}])`, () => drawn(seed, many), want],
      [
        `random.uniform(key(${seed}), [1024, ${many / 1024}]).mul(2).sub(1)`,
        () =>
          random
            .uniform(key(seed), [1024, many / 1024])
            .mul(2)
            .sub(1)
            .data(),
        want.map((u) => 2 * u - 1),
      ],
    ];
    for (const [way, draw, expected] of ways) {
      await checkSignal(context);
      const got = await draw();
      const at = difference(got, expected);
      if (at >= 0)
        return {
          outcome: 'fails',
          cases: at + 1,
          counterexample: {
            numbers: `${way}, number ${at}`,
            found: `${got[at]}, not ${expected[at]}`,
            snippet: `${again('uniform-bits', context)}\n${program('key, random', `console.log((await ${way}.data())[${at}]);`)}`,
            shrinks: 0,
          },
        };
    }
    return { outcome: 'holds', cases: 2 * many };
  },
};

/** The number of draws in each test; chi-square tests need a hundred in each cell. */
const count = 2 ** 18;

/** Tests that return a p-value for the draws of a key and the draws of a key folded from it. */
const tests: Readonly<Record<string, (xs: Draws, others: Draws) => number>> = {
  'χ² of 1023 intervals': (xs) => equidistributionP(xs),
  'Kolmogorov–Smirnov': kolmogorovSmirnovP,
  'runs about the median': runsP,
  'runs up': runsUpP,
  'serial, pairs': (xs) => serialP(xs, 2, 31),
  'serial, triples': (xs) => serialP(xs, 3, 9),
  'birthday spacings': (xs) => birthdaySpacingsP(xs, 512, 2 ** 23),
  'pairs 1 apart': (xs) => laggedP(xs, 1, 31),
  'pairs 1024 apart': (xs) => laggedP(xs, 1024, 31),
  'pairs across two keys': (xs, others) => pointsP([xs, others], 31),
  'pairs across two keys, one place apart': (xs, others) => pointsP([xs.subarray(1), others], 31),
};

/** The probability that a perfect generator is refuted. */
const falseAlarm = 1e-9;

const independent: Claim = {
  ...common,
  name: 'uniform-independent',
  statement:
    'Draws of a key are uniform and independent of each other and of those of another key, as far as χ², Kolmogorov–Smirnov, runs, serial and birthday tests see.',
  source: 'the tests’ own distributions; docs/testing.md, Random numbers',
  tolerance: `a p-value below 1e-9 divided by the number of tests, so that a perfect generator is refuted with probability at most 1e-9`,
  // The bits are the same on every device.
  devices: 'reference',
  async check(context: Context): Promise<Verdict> {
    const { seed } = context;
    const xs = await drawn(seed, count);
    const others = await random.uniform(foldIn(key(seed), 1), [count]).data();
    const all = Object.entries(tests);
    for (const [i, [test, pOf]] of all.entries()) {
      await checkSignal(context);
      const p = pOf(xs, others);
      if (p < falseAlarm / all.length)
        return {
          outcome: 'fails',
          cases: i + 1,
          counterexample: {
            numbers: `${test}: ${count} draws of key(${seed})`,
            found: `p = ${p}, below ${falseAlarm / all.length}`,
            snippet: `${again('uniform-independent', context)}\n${program('key, random', `console.log(await random.uniform(key(${seed}), [${count}]).data());`)}`,
            shrinks: 0,
          },
        };
    }
    return { outcome: 'holds', cases: all.length * count };
  },
};

/** The number of inputs of the hash, of each kind, for the avalanche test. */
const inputs = 2 ** 12;

const avalanche: Claim = {
  ...common,
  name: 'uniform-avalanche',
  statement:
    'Each of the 96 bits of key and counter turns each of the 32 bits of the hash half of the time: for keys of seeds, and for the small words that occur.',
  source: 'the derivation is in docs/testing.md, Random numbers',
  tolerance:
    'Hoeffding’s bound for fair coins, times the pairs of bits and the two kinds: a perfect hash is refuted with probability at most 1e-9',
  // The hash computes with integers, and every kernel is made from the same function.
  devices: 'reference',
  async check(context: Context): Promise<Verdict> {
    const { seed } = context;
    const kinds: [string, number[][]][] = [
      ['seeds', Array.from({ length: inputs }, (_, i) => [...seedWords(seed + i), i])],
      ['small words', Array.from({ length: inputs }, (_, i) => [i >> 6, 0, i & 63])],
    ];
    for (const [i, [kind, words]] of kinds.entries()) {
      await checkSignal(context);
      const p = avalancheP((a, b, c) => hash(a!, b!, c!), words, 3);
      if (p < falseAlarm / kinds.length)
        return {
          outcome: 'fails',
          cases: (i + 1) * inputs,
          counterexample: {
            numbers: `${inputs} keys and counters: ${kind}`,
            found: `p = ${p} for the pair of bits that is worst, times the pairs, below ${falseAlarm / kinds.length}`,
            snippet: `${again('uniform-avalanche', context)}\n${rerunSnippet('uniform-avalanche', context)}`,
            shrinks: 0,
          },
        };
    }
    return { outcome: 'holds', cases: kinds.length * inputs };
  },
};

/** Claims about the random generator. */
export const numbers: readonly Claim[] = [sameBits, independent, avalanche];
