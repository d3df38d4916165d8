import { expect, test } from 'vitest';
import { limbsOf, seedWords, uniforms } from '../../kernels/random.ts';
import {
  compile,
  foldIn,
  key,
  random,
  split,
  tensor,
  type DeviceName,
  type Key,
  type Tensor,
} from '../../src/index.ts';
import { bigFoldWords, bigHash, bigSeedWords } from './bigRandom.ts';

const count = 2 ** 20;

/**
 * The place of the first number that is not the same, −1 if there is none; quicker than asking for
 * each.
 */
const difference = (got: ArrayLike<number>, want: Float32Array): number =>
  got.length === want.length ? want.findIndex((x, i) => x !== got[i]) : -2;

/** Four draws of a key given by its words, from the generator in BigInt. */
const drawsOf = (words: readonly [number, number]): number[] =>
  [0, 1, 2, 3].map((i) => ((bigHash(...words, i) >>> 9) + 0.5) * 2 ** -23);

const last = 2 ** 32 - 1;

/**
 * Draws on a device are those of the function, bit for bit, whether they are read as they are or by
 * a kernel.
 */
export function uniformitySuite(name: DeviceName): void {
  test(`on ${name} a million draws of each of two keys have the bits that the function says`, async () => {
    for (const seed of [0, 2 ** 40 + 3]) {
      const want = uniforms(limbsOf(...seedWords(seed)), count);
      expect(difference(await random.uniform(key(seed), [count]).data(), want)).toBe(-1);
      // 2u − 1 is exact in float32.
      const moved = await random.uniform(key(seed), [1024, 1024]).mul(2).sub(1).data();
      expect(
        difference(
          moved,
          want.map((u) => 2 * u - 1),
        ),
      ).toBe(-1);
    }
  });

  test(`on ${name} keys of seeds, splits and folds have the bits of the definition, known before or computed`, async () => {
    const read = async (t: Tensor): Promise<number[]> => [...(await t.data())];
    const four = (k: Key): Tensor => random.uniform(k, [4]);
    for (const seed of [0, 1, 2 ** 33 + 1]) {
      const words = bigSeedWords(seed);
      expect(await read(four(key(seed)))).toEqual(drawsOf(words));
      expect(await read(four(split(key(seed), 2)[1]!))).toEqual(drawsOf(bigFoldWords(...words, 1)));
      for (const i of [0, 1, 2 ** 24 + 1, last]) {
        const want = drawsOf(bigFoldWords(...words, i));
        expect(await read(four(foldIn(key(seed), i)))).toEqual(want);
        expect(await read(await compile((k: Key) => four(foldIn(k, i)))(key(seed)))).toEqual(want);
      }
      expect(await read(four(foldIn(key(seed), tensor(77))))).toEqual(drawsOf(bigFoldWords(...words, 77)));
      const twice = (k: Key): Tensor => four(foldIn(split(k, 3)[2]!, last));
      const want = drawsOf(bigFoldWords(...bigFoldWords(...words, 2), last));
      expect(await read(twice(key(seed)))).toEqual(want);
      expect(await read(await compile(twice)(key(seed)))).toEqual(want);
    }
  });
}
