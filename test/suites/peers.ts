import { expect, test } from 'vitest';
import { crossEntropy, grad, softmax, tensor, where, type Tensor } from '../../src/index.ts';
import { suiteOn, type DeviceName } from './settings.ts';

interface Probe {
  readonly what: string;
  /**
   * What peers answer, and which (measured with jax-js 0.1.25 wasm, tfjs 4.22, js-pytorch 0.7.2).
   */
  readonly wrong: string;
  readonly ask: () => Tensor;
  readonly right: number | readonly number[];
  /** Absolute error allowed in float32. */
  readonly within?: number;
  /** The answer needs IEEE's NaN and ∞. */
  readonly ieee?: boolean;
}

const at = (f: (x: Tensor) => Tensor, x: number | number[]): Tensor => grad(f)(typeof x === 'number' ? x : tensor(x));
const twice = (f: (x: Tensor) => Tensor, x: number): Tensor => grad((v: Tensor) => grad(f)(v))(x);

/** A million numbers near 0.12 that float32 holds; their sum in float64 is computed beside. */
const million = Float32Array.from({ length: 1_000_000 }, (_, i) => 0.1 + 0.05 * (((i * 7919) % 1000) / 1000));
const millionSum = million.reduce((a, b) => a + b, 0);

const probes: readonly Probe[] = [
  { what: "relu'(0)", wrong: '1 (jax-js), 0.001 (js-pytorch)', ask: () => at((x) => x.relu(), 0), right: 0 },
  { what: "relu'(-1)", wrong: '0.001 (js-pytorch)', ask: () => at((x) => x.relu(), -1), right: 0 },
  { what: "abs'(0)", wrong: '1 (jax-js), -1 (tfjs)', ask: () => at((x) => x.abs(), 0), right: 0 },
  {
    what: "sqrt'(0)",
    wrong: 'NaN (js-pytorch, at times)',
    ask: () => at((x) => x.sqrt(), 0),
    right: Infinity,
    ieee: true,
  },
  { what: 'd pow(x, 2) at 0', wrong: 'NaN (jax-js)', ask: () => at((x) => x.pow(2), 0), right: 0 },
  { what: 'd pow(x, 2) at -3', wrong: '-5.9999990 (jax-js)', ask: () => at((x) => x.pow(2), -3), right: -6 },
  {
    what: 'd max at a tie [2, 2, 1]',
    wrong: '[1, 1, 0] (tfjs)',
    ask: () => at((x) => x.max(), [2, 2, 1]),
    right: [0.5, 0.5, 0],
  },
  {
    what: 'd where(x > 0, log x, 0) at [1, 2]',
    wrong: 'an exception: no gradient for Greater (tfjs)',
    ask: () => at((x) => where(x.greater(0), x.log(), 0).sum(), [1, 2]),
    right: [1, 0.5],
  },
  {
    what: 'the double where, log guarded, at [0, 2]',
    wrong: 'an exception (tfjs)',
    ask: () => at((x) => where(x.greater(0), where(x.greater(0), x, 1).log(), 0).sum(), [0, 2]),
    right: [0, 0.5],
  },
  {
    what: 'softplus([100, -100])',
    wrong: '[Infinity, 0] (jax-js)',
    ask: () => tensor([100, -100]).softplus(),
    right: [100, 0],
  },
  {
    what: 'd softplus at [100, -100]',
    wrong: 'NaN (jax-js)',
    ask: () => at((x) => x.softplus().sum(), [100, -100]),
    right: [1, 0],
  },
  {
    what: 'cross entropy at logits [1000, 0]',
    wrong: 'NaN (js-pytorch)',
    ask: () => crossEntropy(tensor([[1000, 0]]), tensor([0])),
    right: 0,
  },
  {
    what: "tanh''(0.5)",
    wrong: 'an exception (tfjs)',
    ask: () => twice((x) => x.tanh(), 0.5),
    right: -0.726861984,
    within: 1e-5,
  },
  {
    what: "exp''(1)",
    wrong: 'an exception (tfjs)',
    ask: () => twice((x) => x.exp(), 1),
    right: Math.E,
    within: 1e-5,
  },
  {
    what: "sigmoid''(1)",
    wrong: 'an exception (tfjs)',
    ask: () => twice((x) => x.sigmoid(), 1),
    right: -0.0908577477,
    within: 1e-5,
  },
  {
    what: 'second derivative of softmax',
    wrong: 'an exception (tfjs)',
    ask: () => twice((x) => softmax(x.mul(tensor([1, 0]))).at(0), 1),
    right: -0.0908577477,
    within: 1e-5,
  },
  {
    what: "max(x², x)''(2)",
    wrong: 'an exception (tfjs)',
    ask: () => twice((x) => x.square().maximum(x), 2),
    right: 2,
  },
  {
    what: "where(x > 0, x³, 0)''(2)",
    wrong: 'an exception (tfjs)',
    ask: () => twice((x) => where(x.greater(0), x.pow(3), 0), 2),
    right: 12,
  },
  {
    what: 'second derivative through a convolution, by the filter',
    wrong: 'an exception (tfjs)',
    ask: () =>
      twice(
        (w) =>
          tensor([
            [
              [
                [1, 2],
                [3, 4],
              ],
            ],
          ])
            .conv2d(w.reshape([1, 1, 1, 1]))
            .square()
            .sum(),
        3,
      ),
    right: 60,
  },
  {
    what: 'sum of a million numbers near 0.12, relative to its float64 value',
    wrong: '1.00067 (jax-js, tfjs wasm)',
    ask: () => tensor(million).sum().div(millionSum),
    right: 1,
    within: 3e-6,
  },
  {
    what: 'sin(1e5) among others',
    wrong: '0.040020 (jax-js)',
    ask: () => tensor([0.5, 1e5, -1e5, 3]).sin(),
    right: [0.479425539, 0.0357487979, -0.0357487979, 0.141120008],
    within: 1e-4,
  },
  {
    what: 'tanh(1e-6) · 1e6',
    wrong: '1.0133 (jax-js)',
    ask: () => tensor(1e-6).tanh().mul(1e6),
    right: 1,
    within: 1e-6,
  },
  {
    what: 'two losses, the gradient of one',
    wrong: '0 (js-pytorch)',
    ask: () => {
      const both = (x: Tensor): Tensor[] => [x.pow(3), x.square()];
      return at((x) => both(x)[0]!, 2);
    },
    right: 12,
  },
  {
    what: 'x + x',
    wrong: 'an exception: x is consumed (jax-js)',
    ask: () => {
      const x = tensor(2);
      return x.add(x).add(x);
    },
    right: 6,
  },
  {
    what: 'a chain of 20 000 operations',
    wrong: 'a stack overflow (jax-js, js-pytorch, webgpu-torch)',
    ask: () =>
      at((x) => {
        for (let i = 0; i < 20_000; i++) x = x.mul(0.9999);
        return x;
      }, 1),
    right: 0.9999 ** 20_000,
    within: 2e-4,
  },
];

/** The wrong answers that peers give, asked of us. */
export function peersSuite(name: DeviceName): void {
  suiteOn(name, 'what peers get wrong', ({ ieee }) => {
    for (const { what, wrong, ask, right, within = 1e-6, ieee: special = false } of probes) {
      test.skipIf(special && !ieee)(`${what} is ${right.toString()}, not ${wrong}`, async () => {
        const got = Array.from(await ask().data());
        const want = typeof right === 'number' ? [right] : right;
        expect(got.length).toBe(want.length);
        want.forEach((w, i) => {
          if (Number.isFinite(w)) expect(Math.abs(got[i]! - w)).toBeLessThanOrEqual(within * Math.max(1, Math.abs(w)));
          else expect(got[i]).toBe(w);
        });
      });
    }

    test('grad of what is not a scalar is an error, not a silent sum (tfjs) or ones (js-pytorch)', () => {
      expect(() => grad((x: Tensor) => x.mul(2))(tensor([1, 2]))).toThrow('grad: ');
    });
  });
}
