import { expect, test } from 'vitest';
import { exampleWords, foldWords, hash, seedWords, unitInterval } from '../../kernels/random.ts';
import {
  compile,
  foldIn,
  key,
  random,
  setDevice,
  split,
  tensor,
  vmap,
  type Key,
  type Tensor,
} from '../../src/index.ts';

await setDevice('reference');

const drawOf = (words: readonly [number, number]): number => unitInterval(hash(...words, 0));
const draw = (k: Key): Promise<number> => random.uniform(k).item();

test('the i-th key of split is the key folded with i, however many there are', async () => {
  const words = seedWords(7);
  const keys = split(key(7), 100_000);
  expect(keys).toHaveLength(100_000);
  for (const i of [0, 1, 65_535, 65_536, 99_999]) {
    expect(await draw(keys[i]!)).toBe(drawOf(foldWords(...words, i)));
    expect(await draw(foldIn(key(7), i))).toBe(drawOf(foldWords(...words, i)));
  }
});

test('a key that only a compiled function has splits into the same keys', async () => {
  const draws = compile((k: Key) => split(k, 3).map((own) => random.uniform(own)));
  const found = await Promise.all(draws(key(7)).map((t) => t.item()));
  expect(found).toEqual([0, 1, 2].map((i) => drawOf(foldWords(...seedWords(7), i))));
});

test('examples of a list of keys draw as each key does in its example', async () => {
  const keys = split(key(7), 1000);
  const found = await vmap((k: Key) => random.uniform(k))(keys).data();
  const expected = keys.map((_, i) => drawOf(foldWords(...seedWords(7), i)));
  expect(Array.from(found)).toEqual(expected);
  const shared = await vmap((_: Tensor) => random.uniform(key(7)))(tensor([0, 0])).data();
  expect(Array.from(shared)).toEqual([0, 1].map((i) => drawOf(exampleWords(...seedWords(7), i))));
});

test('a million keys take less than 200 bytes each', () => {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  const before = process.memoryUsage();
  const keys = split(key(1), 1_000_000);
  const after = process.memoryUsage();
  const used = after.heapUsed + after.external - before.heapUsed - before.external;
  expect(keys).toHaveLength(1_000_000);
  expect(used).toBeLessThan(200e6);
});
