import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, key, nn, setDevice, type Key, type Tensor } from '../../src/index.ts';
import { expectSame } from '../transforms/support.ts';
import { hoeffding } from './support.ts';

await setDevice('reference');

const { init } = nn;
const shape = [48, 16, 3, 3];
const n = 48 * 16 * 9;
const [fanIn, fanOut] = [16 * 9, 48 * 9];

/** ln(2 · 10⁹): bounds of the form 2 e^{−x} then fail once in 10⁹. */
const rare = Math.log(2e9);

async function moments(t: Tensor): Promise<{ mean: number; square: number; largest: number; values: number[] }> {
  const values = [...(await t.data())];
  const mean = values.reduce((a, b) => a + b) / values.length;
  const square = values.reduce((a, b) => a + b * b, 0) / values.length;
  return { mean, square, largest: Math.max(...values.map(Math.abs)), values };
}

describe('uniform initialisers fill their interval', () => {
  const cases: [string, (k: Key) => Tensor, number][] = [
    ['uniform', (k) => init.uniform(k, shape, { low: -0.2, high: 0.2 }), 0.2],
    ['xavierUniform', (k) => init.xavierUniform(k, shape), Math.sqrt(6 / (fanIn + fanOut))],
    [
      'xavierUniform for tanh',
      (k) => init.xavierUniform(k, shape, { gain: 5 / 3 }),
      (5 / 3) * Math.sqrt(6 / (fanIn + fanOut)),
    ],
    ['kaimingUniform', (k) => init.kaimingUniform(k, shape), Math.sqrt(6 / fanIn)],
    [
      'kaimingUniform on the way back',
      (k) => init.kaimingUniform(k, shape, { mode: 'out', gain: 1 }),
      Math.sqrt(3 / fanOut),
    ],
    ['a layer’s usual weight', (k) => nn.conv2d.init(k, 16, 48, 3).weight, 1 / Math.sqrt(fanIn)],
  ];
  test.each(cases)('%s', async (_, make, bound) => {
    const { mean, square, largest } = await moments(make(key(1)));
    expect(Math.abs(mean)).toBeLessThan(hoeffding(n, 2 * bound));
    expect(Math.abs(square - bound ** 2 / 3)).toBeLessThan(hoeffding(n, bound ** 2));
    expect(largest).toBeLessThan(bound);
    // No one of n numbers in the outer share s of the interval: (1 − s)ⁿ ≤ e^{−ns}.
    expect(largest).toBeGreaterThan(bound * (1 - rare / n));
  });
});

describe('normal initialisers have their deviation', () => {
  const cases: [string, (k: Key) => Tensor, number][] = [
    ['normal', (k) => init.normal(k, shape, { std: 0.02 }), 0.02],
    ['xavierNormal', (k) => init.xavierNormal(k, shape), Math.sqrt(2 / (fanIn + fanOut))],
    ['kaimingNormal', (k) => init.kaimingNormal(k, shape), Math.sqrt(2 / fanIn)],
    ['kaimingNormal on the way back', (k) => init.kaimingNormal(k, shape, { mode: 'out' }), Math.sqrt(2 / fanOut)],
    ['lecunNormal', (k) => init.lecunNormal(k, shape), Math.sqrt(1 / fanIn)],
    ['an embedding', (k) => nn.embedding.init(k, 48, 144).weight, 1],
  ];
  test.each(cases)('%s', async (_, make, std) => {
    const { mean, square } = await moments(make(key(1)));
    // A normal tail: P(|Z| > z) ≤ 2 exp(−z²/2).
    expect(Math.abs(mean)).toBeLessThan((std / Math.sqrt(n)) * Math.sqrt(2 * rare));
    // Laurent and Massart 2000, Lemma 1: |χ²/n − 1| > 2 √(x/n) + 2x/n with probability 2 e^{−x} at
    // most.
    expect(Math.abs(square / std ** 2 - 1)).toBeLessThan(2 * Math.sqrt(rare / n) + (2 * rare) / n);
  });

  test('normal has its mean', async () => {
    const { mean } = await moments(init.normal(key(2), shape, { mean: 3, std: 0.1 }));
    expect(Math.abs(mean - 3)).toBeLessThan((0.1 / Math.sqrt(n)) * Math.sqrt(2 * rare));
  });
});

test('zeros and constant are what they say', async () => {
  expect((await moments(init.zeros(key(1), [2, 3]))).values).toEqual(Array(6).fill(0));
  expect((await moments(init.constant(key(1), [2, 3], { value: 0.5 }))).values).toEqual(Array(6).fill(0.5));
});

test('gains are those of PyTorch 2.13', () => {
  expect(init.gains).toEqual({ linear: 1, sigmoid: 1, tanh: 1.6666666666666667, relu: 1.4142135623730951, selu: 0.75 });
});

test('orthogonal has orthogonal rows, or columns where there are fewer', async () => {
  const size = fc.integer({ min: 1, max: 6 });
  await fc.assert(
    fc.asyncProperty(size, size, size, fc.nat(), async (outputs, inputs, window, seed) => {
      const q = init.orthogonal(key(seed), [outputs, inputs, window], { gain: 2 });
      const m = q.reshape([outputs, inputs * window]);
      const gram = outputs <= inputs * window ? m.matmul(m.transpose()) : m.transpose().matmul(m);
      const few = gram.shape[0]!;
      const want = Array.from({ length: few * few }, (_, i) => (i % (few + 1) === 0 ? 4 : 0));
      (await gram.data()).forEach((x, i) => expect(Math.abs(x - want[i]!)).toBeLessThan(1e-12));
    }),
    { numRuns: 50 },
  );
});

test('initialisers may be called in a compiled function, where the key is a value', async () => {
  const layer = compile((k: Key) => nn.linear.init(k, 3, 3, { weight: init.orthogonal, bias: init.zeros }));
  for (const seed of [1, 2])
    await expectSame(layer(key(seed)), nn.linear.init(key(seed), 3, 3, { weight: init.orthogonal, bias: init.zeros }));
  expect(layer.traces).toBe(1);
});

test('two biases of one shape are two parameters', () => {
  const [a, b] = [1, 2].map((seed) => nn.linear.init(key(seed), 2, 2, { bias: init.zeros }).bias!);
  expect(a!.node).not.toBe(b!.node);
});
