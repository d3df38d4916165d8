import { describe, expect, test } from 'vitest';
import { elementwise } from '../../kernels/elementwise.ts';
import { erf, sigmoid, twoTo } from '../../kernels/special.ts';
import { foldWords, hash, limbsOf, seedWords, uniforms, unitInterval, wordsOf } from '../../kernels/random.ts';

describe('special functions in float64', () => {
  test('erf agrees with tables to 15 digits', () => {
    // Abramowitz & Stegun, table 7.1, and DLMF 7.
    for (const [x, want] of [
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [2.9, 0.9999589021219005],
      [3, 0.9999779095030014],
      [3.1, 0.9999883513426328],
      [4, 0.9999999845827421],
    ] as const) {
      expect(Math.abs(erf(x) - want)).toBeLessThan(3e-15);
      expect(erf(-x)).toBe(-erf(x));
    }
    expect([erf(0), erf(1e-300), erf(30), erf(-Infinity), erf(NaN)]).toEqual([0, 1.1283791670955126e-300, 1, -1, NaN]);
  });

  test('sigmoid(x) + sigmoid(−x) = 1', () => {
    for (const x of [0, 0.3, 5, 40, 800]) expect(Math.abs(sigmoid(x) + sigmoid(-x) - 1)).toBeLessThan(4e-16);
    expect(sigmoid(-800)).toBe(0);
  });

  test('powers of two are exact from 2⁻⁷⁵ to 2⁷⁵', () => {
    for (let n = -75; n <= 75; n++) expect(twoTo(n)).toBe(2 ** n);
  });

  test('halves are rounded to the even neighbour', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.4999, 1e300].map((x) => elementwise.round.value(x) + 0)).toEqual([
      -2, -2, 0, 0, 2, 2, 3, 1e300,
    ]);
  });
});

describe('random bits', () => {
  test('words pass through limbs unharmed', () => {
    for (const words of [
      [0, 0],
      [0xffffffff, 1],
      [0x89abcdef, 0xfedcba98],
    ] as const) {
      const limbs = limbsOf(words[0], words[1]);
      expect(limbs.every((l) => l >= 0 && l < 65536)).toBe(true);
      expect(wordsOf(limbs)).toEqual([...words]);
    }
  });

  test('the interval is open at both ends, in steps that float32 holds', () => {
    expect(unitInterval(0)).toBe(2 ** -24);
    expect(unitInterval(0xffffffff)).toBe(1 - 2 ** -24);
    for (const bits of [0, 12345678, 0xffffffff]) expect(Math.fround(unitInterval(bits))).toBe(unitInterval(bits));
  });

  test('each bit of key and counter changes about half of the bits that come out', () => {
    const flips = (change: (bit: number) => readonly [number, number, number]): number => {
      let total = 0;
      for (let bit = 0; bit < 32; bit++) {
        let different = hash(1234567, 7654321, 42) ^ hash(...change(bit));
        for (; different !== 0; different &= different - 1) total++;
      }
      return total / 32;
    };
    for (const mean of [
      flips((b) => [1234567 ^ (1 << b), 7654321, 42]),
      flips((b) => [1234567, 7654321 ^ (1 << b), 42]),
      flips((b) => [1234567, 7654321, 42 ^ (1 << b)]),
    ]) {
      expect(mean).toBeGreaterThan(14);
      expect(mean).toBeLessThan(18);
    }
  });

  test('two keys do not give one stream in another order', () => {
    const stream = (seed: number): Set<number> => {
      const [a, b] = seedWords(seed);
      return new Set(Array.from({ length: 4096 }, (_, i) => hash(a, b, i)));
    };
    const first = stream(0);
    expect(first.size).toBeGreaterThan(4090);
    for (const seed of [1, 2, 2 ** 32]) {
      const shared = [...stream(seed)].filter((v) => first.has(v)).length;
      expect(shared).toBeLessThan(3);
    }
  });

  test('folded keys differ from each other and from their parent', () => {
    const parent = seedWords(3);
    const keys = [parent, ...Array.from({ length: 500 }, (_, i) => foldWords(...parent, i))];
    expect(new Set(keys.map((k) => k.join())).size).toBe(501);
  });

  test('uniforms lays the draws of several keys end to end', () => {
    const limbs = [...limbsOf(...seedWords(1)), ...limbsOf(...seedWords(2))];
    expect([...uniforms(limbs, 3)]).toEqual([...uniforms(limbs.slice(0, 4), 3), ...uniforms(limbs.slice(4), 3)]);
  });
});
