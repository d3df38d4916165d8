import { describe, expect, test } from 'vitest';
import { foldWords, hash, limbsOf, seedWords, uniforms, unitInterval, wordsOf } from '../../kernels/random.ts';
import { chiSquareP, fairCoinsP, poissonBelow, poissonFrom } from '../../src/testing/uniformity/tails.ts';
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
} from '../../src/testing/uniformity/tests.ts';
import { bigHash, bigSeedWords, bigFoldWords } from './bigRandom.ts';

/**
 * The probability that a perfect generator fails anything in this file is at most this. The draws
 * are fixed, so what passes once passes always.
 */
const falseAlarm = 1e-9;
/** No more p-values than this are judged; the last test counts them. */
const most = 250;
const threshold = falseAlarm / most;
let judged = 0;

/** What a good generator must give. */
function accept(p: number): void {
  judged++;
  expect(p).toBeGreaterThan(threshold);
}

const n = 2 ** 20;
const stream = (seed: number, count = n): Float32Array => uniforms(limbsOf(...seedWords(seed)), count);

/** 32 bits read backwards, so that the lowest decide. */
function reversed(bits: number): number {
  let out = 0;
  for (let i = 0; i < 32; i++) out = (out << 1) | ((bits >>> i) & 1);
  return out >>> 0;
}

describe('the generator against the same function in whole numbers of any length', () => {
  test('every bit of 400 000 hashes is the same', () => {
    const words = [0, 1, -1, 0x7fffffff, 0x80000000, 0xdeadbeef, 12345];
    let at = 0;
    for (const k0 of words)
      for (const k1 of words)
        for (let i = 0; i < 8200; i++, at++) {
          const counter = i < 4100 ? i : (Math.imul(i, 0x9e3779b1) + at) >>> 0;
          if (hash(k0, k1, counter) !== bigHash(k0, k1, counter)) expect.fail(`hash(${k0}, ${k1}, ${counter})`);
        }
    expect(at).toBeGreaterThan(400_000);
  });

  test('keys of seeds and of folds are the same', () => {
    for (const seed of [0, 1, 2, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1]) {
      expect(seedWords(seed)).toEqual(bigSeedWords(seed));
      for (const i of [0, 1, 77, 2 ** 32 - 1])
        expect(foldWords(...seedWords(seed), i)).toEqual(bigFoldWords(...bigSeedWords(seed), i));
    }
  });

  test('uniforms are the hashes of the counters, key after key', () => {
    const keys = [3, 4].map(seedWords);
    const got = uniforms(
      keys.flatMap((k) => limbsOf(...k)),
      50,
    );
    keys.forEach((k, i) => {
      for (let c = 0; c < 50; c++)
        expect(got[i * 50 + c]).toBe(Number(BigInt(bigHash(...k, c)) >> 9n) * 2 ** -23 + 2 ** -24);
    });
  });

  test('limbs hold any two words', () => {
    for (const a of [0, 1, 0xffff, 0x10000, 0x80000000, 0xffffffff])
      for (const b of [0, 0xfffe, 0xffff0000, 0xffffffff]) {
        expect(wordsOf(limbsOf(a, b))).toEqual([a, b]);
        expect(wordsOf([9, 9, 9, 9, ...limbsOf(a, b)], 4)).toEqual([a, b]);
        expect(limbsOf(a, b).every((l) => l >= 0 && l < 65536)).toBe(true);
      }
  });

  test('the ends of the interval are never reached, and are exact in float32', () => {
    expect(unitInterval(0)).toBe(2 ** -24);
    expect(unitInterval(0xffffffff)).toBe(1 - 2 ** -24);
    expect(Math.fround(unitInterval(0xffffffff))).toBe(1 - 2 ** -24);
    expect(unitInterval(0x80000000)).toBe(0.5 + 2 ** -24);
  });
});

describe('tails of distributions', () => {
  test('χ² with even degrees of freedom at its tabulated quantiles', () => {
    // Abramowitz & Stegun, table 26.8: P(χ² > x).
    for (const [x, degrees, p] of [
      [4.60517, 2, 0.1],
      [9.21034, 2, 0.01],
      [18.307, 10, 0.05],
      [29.588, 10, 0.001],
      [37.566, 20, 0.01],
      [124.342, 100, 0.05],
      [77.9295, 100, 0.95],
    ] as const)
      expect(chiSquareP(x, degrees) / (2 * Math.min(p, 1 - p))).toBeCloseTo(1, 3);
    expect(() => chiSquareP(1, 3)).toThrow('chiSquareP: degrees of freedom must be even, got 3');
  });

  test('Poisson tails add up to 1', () => {
    for (const mean of [0.5, 3, 40, 400])
      for (const m of [0, 1, 5, 40, 410]) expect(poissonBelow(m, mean) + poissonFrom(m, mean)).toBeCloseTo(1, 12);
    expect(poissonFrom(1, 2)).toBeCloseTo(1 - Math.exp(-2), 12);
    expect(poissonFrom(3, 1)).toBeCloseTo(1 - 2.5 * Math.exp(-1), 12);
  });

  test('the bound for fair coins is above the exact probability', () => {
    // 20 coins: P(|S − 10| ≥ 6) = 2 Σ_{s ≤ 4} C(20, s) / 2²⁰.
    expect(fairCoinsP(16, 20)).toBeGreaterThan((2 * (1 + 20 + 190 + 1140 + 4845)) / 2 ** 20);
    expect(fairCoinsP(16, 20)).toBeCloseTo(2 * Math.exp(-3.6), 12);
  });
});

describe(`draws of a key, each test at ${threshold}`, () => {
  for (const seed of [0, 1, 2 ** 32, 987654321]) {
    const xs = stream(seed);
    test(`of key(${seed}) are uniform`, () => {
      accept(equidistributionP(xs));
      accept(kolmogorovSmirnovP(xs));
    });
    test(`of key(${seed}) do not follow from those before`, () => {
      accept(runsP(xs));
      accept(runsUpP(xs));
      accept(serialP(xs, 2, 63));
      accept(serialP(xs, 3, 17));
      accept(birthdaySpacingsP(xs, 512, 2 ** 23));
      for (const lag of [1, 2, 3, 7, 64, 1024, 2 ** 16]) accept(laggedP(xs, lag, 31));
    });
    test(`of key(${seed}) have low bits as good as their high ones`, () => {
      const [k0, k1] = seedWords(seed);
      const low = Float64Array.from({ length: n }, (_, i) => (reversed(hash(k0, k1, i)) + 0.5) / 2 ** 32);
      accept(equidistributionP(low));
      accept(runsP(low));
      accept(runsUpP(low));
      accept(serialP(low, 2, 63));
      accept(birthdaySpacingsP(low, 512, 2 ** 23));
      accept(pointsP([low, xs], 31));
    });
  }
});

describe('keys', () => {
  const m = 2 ** 17;
  test('next to each other give streams that have nothing to do with each other', () => {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 3],
      [0, 2 ** 32],
      [5, 2 ** 31 + 5],
      [7, 2 ** 52 + 7],
    ] as const) {
      const [x, y] = [stream(a, m), stream(b, m)];
      accept(pointsP([x, y], 31));
      accept(pointsP([x.subarray(1), y], 31));
      accept(pointsP([x, y.subarray(1)], 31));
      accept(pointsP([x, y.toReversed()], 31));
    }
  });

  test('of seeds one bit apart give streams that have nothing to do with each other', () => {
    const x = stream(5, m);
    for (let bit = 0; bit < 53; bit++) {
      const seed = bit < 32 ? (5 ^ (1 << bit)) >>> 0 : 5 + 2 ** bit;
      if (seed < 2 ** 53) accept(pointsP([x, stream(seed, m)], 31));
    }
  });

  test('of folds, and the numbers at one place over many keys, are uniform and independent', () => {
    const parent = seedWords(9);
    for (const place of [0, 1, 1000]) {
      const xs = Float32Array.from({ length: m }, (_, i) => unitInterval(hash(...foldWords(...parent, i), place)));
      accept(equidistributionP(xs, 255));
      accept(serialP(xs, 2, 31));
      accept(runsP(xs));
      accept(pointsP([xs, uniforms(limbsOf(...parent), m)], 31));
    }
    const ofSeeds = Float32Array.from({ length: m }, (_, i) => unitInterval(hash(...seedWords(i), 0)));
    accept(equidistributionP(ofSeeds, 255));
    accept(serialP(ofSeeds, 2, 31));
    accept(birthdaySpacingsP(ofSeeds, 512, 2 ** 23));
  });
});

test('each bit of key and counter changes each bit of the hash half of the time', () => {
  const inputs = Array.from({ length: 4096 }, (_, i) => [...seedWords(i), hash(1, 2, i)]);
  accept(avalancheP((a, b, c) => hash(a!, b!, c!), inputs, 3));
  // Small counters and small keys, as they occur.
  const small = Array.from({ length: 4096 }, (_, i) => [i >> 6, 0, i & 63]);
  accept(avalancheP((a, b, c) => hash(a!, b!, c!), small, 3));
});

test('no more tests were made than the threshold is for', () => {
  expect(judged).toBeGreaterThan(150);
  expect(judged).toBeLessThanOrEqual(most);
});

describe('the tests find', () => {
  const length = 2 ** 17;
  const made = (f: (i: number) => number): Float32Array => Float32Array.from({ length }, (_, i) => f(i));
  const good = stream(3, length);

  test('numbers that are a little too large', () => {
    const xs = good.map((x) => x ** 0.9);
    expect(equidistributionP(xs)).toBeLessThan(threshold);
    expect(kolmogorovSmirnovP(xs)).toBeLessThan(threshold);
  });

  test('numbers that are too even', () => {
    expect(equidistributionP(made((i) => (i * 0.6180339887498949) % 1))).toBeLessThan(threshold);
    expect(
      birthdaySpacingsP(
        made((i) => (i * 0.6180339887498949) % 1),
        512,
        2 ** 23,
      ),
    ).toBeLessThan(threshold);
  });

  test('numbers that lean on the one before', () => {
    const xs = good.map((x, i) => (i % 15 === 0 && i > 0 ? good[i - 1]! : x));
    expect(runsP(xs)).toBeLessThan(threshold);
    expect(runsUpP(xs)).toBeLessThan(threshold);
    expect(laggedP(xs, 1, 31)).toBeLessThan(threshold);
  });

  test('planes in the cube: RANDU', () => {
    let x = 1;
    const xs = made(() => (x = (x * 65539) % 2 ** 31) / 2 ** 31);
    expect(serialP(xs, 3, 17)).toBeLessThan(threshold);
  });

  test('keys that give one stream in another order: index XOR seed', () => {
    const xor = (seed: number): Float32Array => made((i) => unitInterval(hash(0, 0, i ^ seed)));
    expect(pointsP([xor(0).filter((_, i) => i % 2 === 0), xor(1).filter((_, i) => i % 2 === 1)], 31)).toBeLessThan(
      threshold,
    );
  });

  test('a hash of one multiplication', () => {
    const inputs = Array.from({ length: 4096 }, (_, i) => [hash(0, 0, i)]);
    expect(avalancheP((w) => Math.imul(w!, 0x9e3779b1), inputs, 1)).toBeLessThan(threshold);
  });
});
