import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vjp } from '../../src/autodiff/vjp.ts';
import { constant } from '../../src/graph/build.ts';
import { ones, tensor } from '../../src/tensor/create.ts';
import { batchNorm, layerNorm } from '../../src/tensor/ops/normalization.ts';
import * as reductions from '../../src/tensor/ops/reduce.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { checkCase, expectClose, toTensor } from './checkCase.ts';
import { at, build, indices, numbers, sumOf, type Nd } from './nd.ts';
import { suiteOn, type DeviceName } from './settings.ts';

/** x with the elements along `axes` handed to f together. */
export function reduceNd(x: Nd, axes: readonly number[], keepDims: boolean, f: (xs: number[]) => number): Nd {
  const kept = x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
  const inner = axes.map((a) => x.shape[a]!);
  const folded = build(kept, (index) =>
    f(
      [...indices(inner)].map((j) =>
        at(
          x,
          index.map((n, d) => (axes.includes(d) ? j[axes.indexOf(d)]! : n)),
        ),
      ),
    ),
  );
  return keepDims ? folded : { shape: kept.filter((_, i) => !axes.includes(i)), data: folded.data };
}

const mean = (xs: number[]): number => sumOf(xs) / xs.length;
const variance = (xs: number[]): number => mean(xs.map((v) => (v - mean(xs)) ** 2));

/** The reductions, what they mean, and how many elements at least make them smooth. */
const meaning = {
  sum: { f: sumOf, least: 0 },
  mean: { f: mean, least: 1 },
  prod: { f: (xs: number[]) => xs.reduce((a, b) => a * b, 1), least: 0 },
  max: { f: (xs: number[]) => Math.max(...xs), least: 1 },
  min: { f: (xs: number[]) => Math.min(...xs), least: 1 },
  logSumExp: { f: (xs: number[]) => Math.log(sumOf(xs.map(Math.exp))), least: 1 },
  variance: { f: variance, least: 1 },
  std: { f: (xs: number[]) => Math.sqrt(variance(xs)), least: 2 },
  norm: { f: (xs: number[]) => Math.sqrt(sumOf(xs.map((v) => v * v))), least: 1 },
} as const;

type Name = keyof typeof meaning;

const shapeAndAxes = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 0, maxLength: 4 })
  .filter((s) => s.reduce((n, d) => n * d, 1) <= 40)
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axes: fc.subarray(shape.map((_, i) => i)),
      keepDims: fc.boolean(),
    }),
  );

/** The derivative of Σ of one result by x. */
async function gradient(f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> {
  const g = vjp([f(x).sum().node], [x.node], [constant(1)])[0];
  return g ? Array.from(await new Tensor(g).data()) : Array.from({ length: x.size }, () => 0);
}

/** Sum, max and the other reductions on a device. */
export function reduceSuite(name: DeviceName): void {
  suiteOn(name, 'reduce', (settings) => {
    for (const [op, { f, least }] of Object.entries(meaning))
      describe(op, () => {
        test('folds any axes of any shape, with all derivatives', async () => {
          await fc.assert(
            fc.asyncProperty(shapeAndAxes, async ({ shape, axes, keepDims }) => {
              const folded = axes.reduce((n, a) => n * shape[a]!, 1);
              if (folded < least) return;
              await checkCase(
                {
                  name: op,
                  inputs: [numbers(shape, 3)],
                  run: (x) => reductions[op as Name](x, { axis: axes, keepDims }),
                  oracle: (x) => reduceNd(x, axes, keepDims, f),
                },
                settings,
              );
            }),
            { numRuns: Math.ceil(settings.runs / 3), seed: 5 },
          );
        });

        test('takes all axes unless told, and negative ones from the end', async () => {
          const x = numbers([2, 3], 4);
          for (const [options, axes] of [
            [undefined, [0, 1]],
            [{ axis: -1 }, [1]],
            [{ axis: 0 }, [0]],
          ] as const)
            await checkCase(
              {
                name: op,
                inputs: [x],
                run: (t) => reductions[op as Name](t, options),
                oracle: (t) => reduceNd(t, axes, false, f),
                order: 1,
              },
              settings,
            );
        });
      });

    test('a long axis is folded as exactly as a short one', async () => {
      const x = numbers([2, 5000], 9);
      for (const [op, { f }] of Object.entries(meaning)) {
        if (op === 'prod') continue;
        const got = await reductions[op as Name](toTensor(x), { axis: 1 }).data();
        expectClose(op, got, reduceNd(x, [1], false, f).data, settings.tolerance);
      }
    });

    test('an empty axis has sum 0, product 1 and no mean', async () => {
      const x = toTensor({ shape: [2, 0], data: [] });
      expect(await reductions.sum(x, { axis: 1 }).array()).toEqual([0, 0]);
      expect(await reductions.prod(x, { axis: 1 }).array()).toEqual([1, 1]);
      expect(await reductions.norm(x, { axis: 1 }).array()).toEqual([0, 0]);
      expect(await reductions.sum(x, { axis: 0 }).array()).toEqual([]);
      if (settings.ieee) {
        expect(await reductions.mean(x, { axis: 1 }).array()).toEqual([NaN, NaN]);
        expect(await reductions.logSumExp(x).item()).toBe(-Infinity);
      }
    });

    test.each([
      ['without a zero', []],
      ['with one', [40]],
      ['with two', [0, 70]],
    ])('the derivative of a long product is the product of the others: %s', async (_, zeros) => {
      // 33 is a piece and one element more, 1025 a piece of pieces and one more.
      for (const shape of [
        [33, 2],
        [1025, 1],
        [75, 2],
      ]) {
        const { data } = numbers(shape, 3);
        const size = shape[1]!;
        const factors = data.map((v, i) => (zeros.includes(Math.floor(i / size)) ? 0 : 1 + v / 40));
        const others = factors.map((_, i) =>
          factors.reduce((p, v, j) => (j % size === i % size && j !== i ? p * v : p), 1),
        );
        const x = toTensor({ shape, data: factors });
        const g = await gradient((t: Tensor) => reductions.prod(t, { axis: 0 }).sum(), x);
        expectClose('prod', g.flat(), others, 20 * settings.tolerance);
      }
    });

    test('ties share the derivative of max and min evenly', async () => {
      const x = tensor([2, 2, 1, 1]);
      expect(await gradient(reductions.max, x)).toEqual([0.5, 0.5, 0, 0]);
      expect(await gradient(reductions.min, x)).toEqual([0, 0, 0.5, 0.5]);
    });

    test('the derivative of a product is exact where there are zeros', async () => {
      expect(await gradient(reductions.prod, tensor([2, 0, 3]))).toEqual([0, 6, 0]);
      expect(await gradient(reductions.prod, tensor([0, 0, 3]))).toEqual([0, 0, 0]);
    });

    test('norm and std have derivative 0 at 0, and no square overflows or vanishes', async () => {
      expect(await gradient(reductions.norm, tensor([0, 0]))).toEqual([0, 0]);
      expect(await gradient(reductions.std, tensor([3, 3, 3]))).toEqual([0, 0, 0]);
      for (const size of [1e-30, 1e30]) {
        expect((await reductions.norm(tensor([3 * size, 4 * size])).item()) / (5 * size)).toBeCloseTo(1, 5);
        const g = await gradient(reductions.norm, tensor([3 * size, 4 * size]));
        expectClose(`norm at ${size}`, g, [0.6, 0.8], 1e-5);
      }
    });

    test('variance, std and what stands on them see a spread far below the mean', async () => {
      const x = tensor([1e8, 1e8 + 8, 1e8 + 16]);
      const spread = Math.sqrt(128 / 3);
      expectClose('variance', [await reductions.variance(x).item()], [128 / 3], 1e-6, true);
      expectClose('std', [await reductions.std(x).item()], [spread], 1e-6, true);
      const unit = [-8 / spread, 0, 8 / spread];
      const tolerance = 10 * settings.tolerance;
      expectClose('gradient', await gradient(reductions.variance, x), [-16 / 3, 0, 16 / 3], tolerance);
      expectClose(
        'gradient of std',
        await gradient(reductions.std, x),
        unit.map((u) => u / 3),
        tolerance,
      );
      expectClose('layerNorm', await layerNorm(x, { eps: 0 }).data(), unit, tolerance);
      expectClose('batchNorm', await batchNorm(x.reshape([3, 1]), { eps: 0 }).data(), unit, tolerance);
      // The Hessian is 2 (δ_ij − 1/n) / n, wherever x is.
      const direction = tensor([1, 0, 0]);
      const along = (t: Tensor): Tensor =>
        new Tensor(vjp([reductions.variance(t).node], [t.node], [constant(1)])[0]!).mul(direction);
      expectClose('Hessian', await gradient(along, x), [4 / 9, -2 / 9, -2 / 9], tolerance);
    });

    test('logSumExp neither overflows nor vanishes', async () => {
      expect(await reductions.logSumExp(tensor([1000, 1000])).item()).toBeCloseTo(1000 + Math.LN2, 3);
      expect(await reductions.logSumExp(tensor([-1000, -1000])).item()).toBeCloseTo(-1000 + Math.LN2, 3);
      expectClose('gradient', await gradient(reductions.logSumExp, tensor([1000, 1000, -1000])), [0.5, 0.5, 0], 1e-6);
      if (settings.ieee) expect(await reductions.logSumExp(tensor([-Infinity, -Infinity])).item()).toBe(-Infinity);
    });

    test('argMax finds the place of the largest among numbers that no float32 is exactly', async () => {
      const a = Array.from({ length: 40 }, (_, i) => Math.fround(Math.sin(i * 7) + 0.1));
      const b = [1 / 3, 0.7, -1.1, 0.9, 1.3].map(Math.fround);
      const places = (f: (x: number, y: number) => number): number[] =>
        Array.from({ length: 8 }, (_, row) => {
          const values = b.map((y, i) => f(a[5 * row + i]!, y));
          return values.indexOf(Math.max(...values));
        });
      const [x, y] = [tensor(a).reshape([8, 5]), tensor(b)];
      expect(await reductions.argMax(x.mul(y), { axis: 1 }).array()).toEqual(places((p, q) => p * q));
      const sums = reductions.argMax(x.mul(y).add(y), { axis: 1 });
      expect(await sums.array()).toEqual(places((p, q) => p * q + q));
    });

    test('argMax and argMin give the first place, along an axis or in the whole', async () => {
      const x = tensor([
        [1, 5, 5],
        [7, -2, -2],
      ]);
      expect(await reductions.argMax(x, { axis: 1 }).array()).toEqual([1, 0]);
      expect(await reductions.argMin(x, { axis: 1 }).array()).toEqual([0, 1]);
      expect(await reductions.argMax(x, { axis: 0, keepDims: true }).array()).toEqual([[1, 0, 0]]);
      expect(await reductions.argMax(x).item()).toBe(3);
      expect(await reductions.argMin(x, { keepDims: true }).array()).toEqual([[4]]);
      expect(await gradient((t) => reductions.argMax(t, { axis: 1 }), x)).toEqual([0, 0, 0, 0, 0, 0]);
      if (settings.ieee) expect(await reductions.argMax(tensor([1, NaN, 9])).item()).toBe(1);
    });

    test('cumsum adds up along an axis, across the joints of its blocks', async () => {
      const running = (x: Nd, axis: number): Nd =>
        build(x.shape, (i) =>
          sumOf(
            Array.from({ length: i[axis]! + 1 }, (_, k) =>
              at(
                x,
                i.map((n, d) => (d === axis ? k : n)),
              ),
            ),
          ),
        );
      for (const [shape, axis] of [
        [[4], 0],
        [[2, 3], 1],
        [[3, 2], 0],
        [[2, 3, 2], -2],
        [[0], 0],
        [[1, 1, 2, 1, 1, 1, 1, 3], 2],
      ] as const) {
        const place = axis < 0 ? axis + shape.length : axis;
        await checkCase(
          {
            name: 'cumsum',
            inputs: [numbers(shape)],
            run: (t) => reductions.cumsum(t.square(), { axis }),
            oracle: (x) => running({ shape: x.shape, data: x.data.map((v) => v * v) }, place),
          },
          settings,
        );
      }
      for (const n of [32, 33, 70, 1100]) {
        const x = numbers([n], 2);
        const [got, want] = [await reductions.cumsum(toTensor(x)).data(), running(x, 0).data];
        expectClose(`cumsum of ${n}`, got, want, settings.tolerance);
        const g = await gradient((t) => reductions.cumsum(t), toTensor(x));
        expectClose(
          `gradient of cumsum of ${n}`,
          g,
          Array.from({ length: n }, (_, i) => n - i),
          settings.tolerance,
        );
      }
    });

    test('what is folded may be an expression, and what comes of it may be one', async () => {
      await checkCase(
        {
          name: 'softplus of a sum of squares',
          inputs: [numbers([3, 4]), numbers([4], 2)],
          run: (x, w) =>
            x!
              .mul(w!)
              .square()
              .sum({ axis: 1 })
              .sub(3)
              .softplus()
              .mul(ones([3]))
              .mean(),
          oracle: (x, w) => ({
            shape: [],
            data: [
              mean(
                [0, 1, 2].map((i) =>
                  Math.log(1 + Math.exp(sumOf([0, 1, 2, 3].map((j) => (at(x!, [i, j]) * at(w!, [j])) ** 2)) - 3)),
                ),
              ),
            ],
          }),
        },
        settings,
      );
    });
  });
}
