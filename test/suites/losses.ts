import { expect, test } from 'vitest';
import { vjp } from '../../src/autodiff/vjp.ts';
import { constant } from '../../src/graph/build.ts';
import { tensor } from '../../src/tensor/create.ts';
import { elu, gelu, leakyRelu, silu } from '../../src/tensor/ops/activations.ts';
import { bceWithLogits, crossEntropy, huber, mse } from '../../src/tensor/ops/losses.ts';
import { logSoftmax, softmax } from '../../src/tensor/ops/softmax.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { checkCase, expectClose, toTensor, type Case } from './checkCase.ts';
import { at, build, numbers, scalarNd, sumOf, zip, type Nd } from './nd.ts';
import { suiteOn, type DeviceName } from './settings.ts';

/** Φ(x), the normal distribution, by Simpson's rule from 0. */
function normal(x: number): number {
  const n = 1200;
  const h = x / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2) / 2);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

const activations: [string, (x: Tensor) => Tensor, (x: number) => number][] = [
  ['leakyRelu', (x) => leakyRelu(x), (x) => (x > 0 ? x : 0.01 * x)],
  ['leakyRelu, slope ½', (x) => leakyRelu(x, { slope: 0.5 }), (x) => (x > 0 ? x : x / 2)],
  ['elu', (x) => elu(x), (x) => (x > 0 ? x : Math.exp(x) - 1)],
  ['elu, α 2', (x) => elu(x, { alpha: 2 }), (x) => (x > 0 ? x : 2 * (Math.exp(x) - 1))],
  ['silu', silu, (x) => x / (1 + Math.exp(-x))],
  ['gelu', gelu, (x) => x * normal(x)],
];

/** Far out: [activation, x, value, derivative]. */
const farOut: [(x: Tensor) => Tensor, number, number, number][] = [
  [(x) => leakyRelu(x), 0, 0, 0.01],
  [(x) => leakyRelu(x), -3e38, -3e36, 0.01],
  [(x) => elu(x), 0, 0, 1],
  [(x) => elu(x, { alpha: 2 }), 0, 0, 2],
  [(x) => elu(x), 3e38, 3e38, 1],
  [(x) => elu(x), -3e38, -1, 0],
  [silu, 3e38, 3e38, 1],
  [silu, -3e38, 0, 0],
  [silu, 0, 0, 0.5],
  [gelu, 3e38, 3e38, 1],
  [gelu, -3e38, 0, 0],
  [gelu, 0, 0, 0.5],
];

const mean = (xs: readonly number[]): Nd => scalarNd(sumOf(xs) / xs.length);
const expSum = (x: Nd, axis: number, index: readonly number[]): number =>
  sumOf(
    Array.from({ length: x.shape[axis]! }, (_, k) =>
      Math.exp(
        at(
          x,
          index.map((v, d) => (d === axis ? k : v)),
        ),
      ),
    ),
  );
const softmaxNd = (x: Nd, axis: number): Nd => build(x.shape, (i) => Math.exp(at(x, i)) / expSum(x, axis, i));

async function gradient(f: (x: Tensor) => Tensor, x: Tensor): Promise<Float32Array | Float64Array> {
  return new Tensor(vjp([f(x).sum().node], [x.node], [constant(1)])[0]!).data();
}

const cases: Case[] = [
  ...[[3], [2, 3], [2, 3, 2]].flatMap((shape) =>
    shape.flatMap((_, axis): Case[] => [
      {
        name: `softmax ${shape.join()} along ${axis}`,
        inputs: [numbers(shape)],
        run: (x) => softmax(x, { axis }),
        oracle: (x) => softmaxNd(x, axis),
      },
      {
        name: `logSoftmax ${shape.join()} along ${axis}`,
        inputs: [numbers(shape)],
        run: (x) => logSoftmax(x, { axis }),
        oracle: (x) => zip(Math.log, softmaxNd(x, axis)),
      },
    ]),
  ),
  {
    name: 'mse',
    inputs: [numbers([2, 3]), numbers([2, 3], 2)],
    run: (x, y) => mse(x!, y!),
    oracle: (x, y) => mean(zip((a, b) => (a - b) ** 2, x!, y!).data),
  },
  ...[undefined, 0.3].map((delta): Case => ({
    name: `huber, δ = ${delta}`,
    inputs: [numbers([3, 4]), numbers([3, 4], 2)],
    run: (x, y) => huber(x!, y!, delta === undefined ? {} : { delta }),
    oracle: (x, y) =>
      mean(
        zip(
          (a, b) => {
            const [e, d] = [Math.abs(a - b), delta ?? 1];
            return e < d ? (e * e) / 2 : d * (e - d / 2);
          },
          x!,
          y!,
        ).data,
      ),
  })),
  ...(
    [
      [[4], -1],
      [[2, 3], 1],
      [[2, 3, 2], 1],
      [[2, 2, 3], -1],
    ] as [number[], number][]
  ).flatMap(([shape, axis]): Case[] => {
    const a = axis < 0 ? axis + shape.length : axis;
    const outer = shape.filter((_, i) => i !== a);
    const labels = { shape: outer, data: numbers(outer, 3, 0, 1).data.map((v) => Math.floor(v * shape[a]!)) };
    return [
      {
        name: `crossEntropy with indices, ${shape.join()} along ${axis}`,
        inputs: [numbers(shape)],
        run: (x) => crossEntropy(x, toTensor(labels), { axis }),
        oracle: (x) => {
          const p = softmaxNd(x, a);
          return mean(build(outer, (i) => -Math.log(at(p, [...i.slice(0, a), at(labels, i), ...i.slice(a)]))).data);
        },
      },
      {
        name: `crossEntropy with probabilities, ${shape.join()} along ${axis}`,
        inputs: [numbers(shape), numbers(shape, 2, 0, 1)],
        run: (x, q) => crossEntropy(x!, q!, { axis }),
        oracle: (x, q) => {
          const terms = zip((p, w) => -w * Math.log(p), softmaxNd(x!, a), q!).data;
          return scalarNd((sumOf(terms) / terms.length) * shape[a]!);
        },
      },
    ];
  }),
  {
    name: 'bceWithLogits',
    inputs: [numbers([2, 3]), numbers([2, 3], 2, 0, 1)],
    run: (x, z) => bceWithLogits(x!, z!),
    oracle: (x, z) =>
      mean(
        zip(
          (a, b) => {
            const p = 1 / (1 + Math.exp(-a));
            return -b * Math.log(p) - (1 - b) * Math.log(1 - p);
          },
          x!,
          z!,
        ).data,
      ),
  },
];

/** Activations, softmax and losses on a device. */
export function lossSuite(name: DeviceName): void {
  suiteOn(name, 'activations and losses', (settings) => {
    for (const [title, run, f] of activations)
      test(`${title} agrees with its formula, with all derivatives`, async () => {
        await checkCase(
          { name: title, inputs: [numbers([12], 4, -3, 3)], run, oracle: (x) => zip(f, x), each: true },
          settings,
        );
      });

    test('activations stay finite far out, and follow the conventions at 0', async () => {
      for (const [f, x, value, slope] of farOut) {
        expectClose(`f(${x})`, [await f(tensor(x)).item()], [value], 1e-5);
        expectClose(`f′(${x})`, await gradient(f, tensor([x])), [slope], 1e-5);
      }
    });

    for (const c of cases)
      test(`${c.name} agrees with its formula, with all derivatives`, async () => {
        await checkCase(c, settings);
      });

    test('softmax and its logarithm are stable for any finite logits', async () => {
      const x = tensor([1000, 0, -1000]);
      expectClose('softmax', await softmax(x).data(), [1, 0, 0], 1e-6);
      expectClose('logSoftmax', await logSoftmax(x).data(), [0, -1000, -2000], 1e-6);
      expectClose('gradient', await gradient((t) => softmax(t).at(0), x), [0, 0, 0], 1e-6);
      expectClose('softmax', await softmax(tensor([3e38, -3e38, 3e38])).data(), [0.5, 0, 0.5], 1e-6);
    });

    test('losses are stable for any finite logits', async () => {
      expectClose('right', [await crossEntropy(tensor([[1000, 0]]), tensor([0])).item()], [0], 1e-6);
      expectClose('wrong', [await crossEntropy(tensor([[1000, 0]]), tensor([1])).item()], [1000], 1e-6);
      const far = tensor([[3e38, -3e38]]);
      expectClose('far', [await crossEntropy(far, tensor([0])).item()], [0], 1e-6);
      expectClose('one-hot', [await crossEntropy(far, tensor([[1, 0]])).item()], [0], 1e-6);
      expectClose('gradient', await gradient((t) => crossEntropy(t, tensor([1])), far), [1, -1], 1e-6);
      expectClose('gradient', await gradient((t) => crossEntropy(t, tensor([[1, 0]])), far), [0, 0], 1e-6);
      for (const [x, z, want, slope] of [
        [1000, 0, 1000, 1],
        [1000, 1, 0, 0],
        [-1000, 1, 1000, -1],
        [3e38, 1, 0, 0],
        [-3e38, 0, 0, 0],
        [3e38, 0, 3e38, 1],
        [0, 0.5, Math.LN2, 0],
        [20, 1, 2.0611536e-9, -2.0611536e-9],
      ] as const) {
        const value = await bceWithLogits(tensor(x), z).item();
        expect(Math.abs(value - want), `bce(${x}, ${z}) = ${value}`).toBeLessThanOrEqual(2e-5 * want);
        const [g] = await gradient((t) => bceWithLogits(t, z), tensor([x]));
        expect(Math.abs(g! - slope), `bce′(${x}, ${z}) = ${g}`).toBeLessThanOrEqual(2e-5 * Math.abs(slope) + 1e-12);
      }
    });

    test('huber has derivative ±δ far out and 0 at 0', async () => {
      expectClose('far', await gradient((t) => huber(t, 0, { delta: 2 }), tensor([1e30])), [2], 1e-6);
      expectClose('at 0', await gradient((t) => huber(t, 0), tensor([0])), [0], 1e-6);
      expectClose('at δ', await gradient((t) => huber(t, 0), tensor([1])), [1], 1e-6);
    });

    test('huber is finite, with derivatives ±δ and 0, to the end of float32', async () => {
      const x = tensor([3e38, -3e38, 1e20, -2, 0.5]);
      // A scalar at a time, so that the sum of the mean does not overflow.
      const each = (t: Tensor): Tensor[] => [0, 1, 2, 3, 4].map((i) => huber(t.at(i), 0));
      const values = await Promise.all(each(x).map((y) => y.item()));
      [3e38, 3e38, 1e20, 1.5, 0.125].forEach((want, i) => expectClose('value', [values[i]!], [want], 1e-5));
      const slope = (t: Tensor): Tensor =>
        new Tensor(
          vjp(
            each(t).map((y) => y.node),
            [t.node],
            each(t).map(() => constant(1)),
          )[0]!,
        );
      expectClose('slope', await slope(x).data(), [1, -1, 1, -1, 0.5], 1e-5);
      expectClose('curvature', await gradient(slope, x), [0, 0, 0, 0, 1], 1e-5);
    });
  });
}
