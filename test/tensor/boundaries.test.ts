import { beforeAll, describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { grad, jvp, key, random, setDevice, tensor, zeros, type Tensor } from '../../src/index.ts';

for (const device of ['reference', 'cpu', 'webasm'] as const)
  describe(`on ${device}`, () => {
    beforeAll(async () => {
      await setDevice(device);
    });

    test('a pooling gives its derivative to an image’s own −∞, not to its padding', async () => {
      const pooled = (x: Tensor): Tensor => c.maxPool2d(x.reshape([1, 1, 2, 2]), { size: 2, padding: 1 }).sum();
      const x = tensor([-Infinity, 1, 2, 3]);
      expect(await grad(pooled)(x).array()).toEqual([1, 1, 1, 1]);
      expect(await jvp(pooled, [x], [tensor([1, 2, 3, 4])])[1].item()).toBe(10);
    });

    const folds: Record<string, (x: Tensor) => Tensor> = {
      mean: (x) => x.mean({ axis: 1 }),
      variance: (x) => x.variance({ axis: 1 }),
      std: (x) => x.std({ axis: 1 }),
      norm: (x) => x.norm({ axis: 1 }),
      logSumExp: (x) => x.logSumExp({ axis: 1 }),
      prod: (x) => x.prod({ axis: 1 }),
      mse: (x) => c.mse(x, x),
      huber: (x) => c.huber(x, x),
      bceWithLogits: (x) => c.bceWithLogits(x, x),
      crossEntropy: (x) => c.crossEntropy(x, x),
      matmul: (x) => x.matmul(x.transpose()),
    };
    test.each(Object.entries(folds))('%s over an empty axis has tangents of 0, to the second order', async (_, f) => {
      const none = zeros([2, 0]);
      const tangent = (x: Tensor): Tensor => jvp(f, [x], [none])[1];
      for (const t of await tangent(none).data()) expect(t).toBe(0);
      for (const t of await jvp(tangent, [none], [none])[1].data()) expect(t).toBe(0);
    });

    test('normalising numbers beyond the root of the largest gives ±1, and finite derivatives', async () => {
      const x = tensor([1e25, -1e25]);
      const slope = grad((t: Tensor) =>
        c
          .layerNorm(t)
          .mul(tensor([1, 2]))
          .sum(),
      )(x);
      expect(await c.layerNorm(x).array()).toEqual([1, -1]);
      for (const s of await slope.data()) expect(Math.abs(s)).toBeLessThan(1e-20);
    });
  });

test.each(['cpu', 'webasm'] as const)('a product of a million equal factors is within 2.4e-3 on %s', async (device) => {
  await setDevice(device);
  const factor = Math.fround(1 + 3e-6);
  const y = await tensor(new Float32Array(1e6).fill(factor)).prod().item();
  expect(Math.abs(y / Math.exp(1e6 * Math.log1p(factor - 1)) - 1)).toBeLessThan(2.4e-3);
});

test('a permutation puts equal draws in random order', async () => {
  const [n, k] = [60_000, key(3)];
  const [order, draws] = await Promise.all([random.permutation(k, n).data(), random.uniform(k, [n]).data()]);
  const ties = Array.from({ length: n - 1 }, (_, i) => i).filter((i) => draws[order[i]!] === draws[order[i + 1]!]);
  const kept = ties.filter((i) => order[i]! < order[i + 1]!).length;
  expect(ties.length).toBeGreaterThan(100);
  // Half of some 200, give or take five deviations.
  expect(Math.abs(kept / ties.length - 0.5)).toBeLessThan(2.5 / Math.sqrt(ties.length));
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
});
