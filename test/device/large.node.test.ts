import { expect, test } from 'vitest';
import {
  arange,
  conv2d,
  explain,
  gather,
  grad,
  key,
  matmul,
  ones,
  random,
  realize,
  setDevice,
  tensor,
  vmap,
  type Tensor,
} from '../../src/index.ts';
import { nodeDevices, onEachDevice } from '../support/onEachDevice.ts';

const cases: Record<string, [inputs: number[][], f: (...xs: Tensor[]) => Tensor]> = {
  'a product of matrices': [
    [
      [40, 50],
      [50, 37],
    ],
    (a, b) => matmul(a!, b!),
  ],
  'a product with both sides transposed': [
    [
      [50, 40],
      [37, 50],
    ],
    (a, b) => matmul(a!.transpose(), b!.transpose()),
  ],
  'products in a batch': [
    [
      [3, 40, 50],
      [3, 50, 37],
    ],
    (a, b) => matmul(a!, b!),
  ],
  'a product with one matrix for all': [
    [
      [3, 40, 50],
      [50, 37],
    ],
    (a, b) => matmul(a!, b!),
  ],
  'a product of sliced and flipped parts': [
    [
      [80, 60],
      [60, 50],
    ],
    (a, b) => matmul(a!.slice([20, 5], [60, 55]), b!.flip({ axis: 0 }).slice([5, 3], [55, 40])),
  ],
  'a convolution': [
    [
      [4, 6, 12, 12],
      [8, 6, 3, 3],
    ],
    (x, w) => conv2d(x!, w!, { padding: 1 }),
  ],
  'a convolution with strides, dilation and groups': [
    [
      [4, 8, 17, 17],
      [12, 4, 3, 3],
    ],
    (x, w) => conv2d(x!, w!, { stride: 2, dilation: 2, padding: [2, 1], groups: 2 }),
  ],
  'products under vmap': [
    [
      [5, 30, 20],
      [20, 64],
    ],
    (a, b) => vmap((x: Tensor) => matmul(x, b!))(a!),
  ],
};

await onEachDevice(
  nodeDevices.filter((name) => name !== 'reference'),
  (name) => {
    for (const [what, [shapes, f]] of Object.entries(cases))
      test(`${what}, large, with its gradient, agrees with float64`, async () => {
        const inputs = await realize(shapes.map((shape, i) => random.normal(key(i + 1), shape)));
        const results = (): Tensor[] => {
          const slopes = inputs.map((_, i) =>
            grad(
              (...xs: Tensor[]) =>
                f(...xs)
                  .tanh()
                  .sum(),
              { argnums: i },
            )(...inputs),
          ) as Tensor[];
          return [f(...inputs), ...slopes];
        };
        const got = await Promise.all(results().map((t) => t.data()));
        await setDevice('reference');
        const want = await Promise.all(results().map((t) => t.data()));
        await setDevice(name);
        want.forEach((w, i) => {
          const scale = Math.max(...Array.from(w, Math.abs));
          w.forEach((v, j) => expect(Math.abs(got[i]![j]! - v)).toBeLessThan(3e-5 * scale));
        });
      });

    if (name === 'webasm')
      test('large products are done by code of our own, small ones by gpu.js', async () => {
        const [a, b] = await realize([random.normal(key(1), [40, 50]), random.normal(key(2), [50, 37])]);
        const kinds = async (t: Tensor): Promise<string[]> => (await explain(t)).steps.map((s) => s.kind);
        expect(await kinds(matmul(a, b).add(1))).toEqual(['contraction', 'kernel']);
        expect(await kinds(matmul(a.slice([0, 0], [4, 50]), b).add(1))).toEqual(['kernel']);
      });
  },
);

test('a tensor that was made on reference and is read elsewhere has the limits of where it is read', async () => {
  await setDevice('reference');
  const x = arange(2 ** 24 + 5);
  const at = gather(ones([2 ** 24 + 5]).add(x), tensor([2 ** 24 + 3]).add(tensor([0])), { axis: 0 });
  await setDevice('webasm');
  await expect(x.data()).rejects.toThrow('iota: the axis must have at most 16777216 places');
  await expect(at.data()).rejects.toThrow(
    'the axis must have at most 16777216 places, as indices are float32, got 16777221',
  );
});
