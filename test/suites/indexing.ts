import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneHot, tensor } from '../../src/tensor/create.ts';
import { gather, scatterAdd, take } from '../../src/tensor/ops/indexing.ts';
import { sort, topK } from '../../src/tensor/ops/sort.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { checkCase, expectClose, toTensor } from './checkCase.ts';
import { at, build, indices, numbers, type Nd } from './nd.ts';
import { suiteOn, type DeviceName } from './settings.ts';

const put = (index: readonly number[], axis: number, n: number): number[] => index.map((v, d) => (d === axis ? n : v));

/** Integers from 0 to n − 1, some of them more than once. */
const places = (shape: readonly number[], n: number, seed = 1): Nd => {
  const x = numbers(shape, seed, 0, 4);
  return { shape, data: x.data.map((v) => Math.floor((v / 4) * n)) };
};

const cube = (t: Tensor): Tensor => t.mul(t).mul(t);
const cubes = (x: Nd): Nd => ({ shape: x.shape, data: x.data.map((v) => v ** 3) });

function sorted(x: Nd, axis: number, k: number, order: (a: number, b: number) => number): { values: Nd; at: Nd } {
  const n = x.shape[axis]!;
  const ranks = new Map<string, number[]>();
  const row = (index: readonly number[]): number[] => {
    const key = put(index, axis, 0).join();
    const get = (i: number): number => at(x, put(index, axis, i));
    if (!ranks.has(key))
      ranks.set(
        key,
        Array.from({ length: n }, (_, i) => i).sort((i, j) => order(get(i), get(j)) || i - j),
      );
    return ranks.get(key)!;
  };
  const shape = put(x.shape, axis, k);
  const where = build(shape, (i) => row(i)[i[axis]!]!);
  return { values: build(shape, (i) => at(x, put(i, axis, at(where, i)))), at: where };
}

const ascending = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;

/** Gather, scatterAdd, sort and topK on a device. */
export function indexingSuite(name: DeviceName): void {
  suiteOn(name, 'indexing', (settings) => {
    test('gather with indices of the same rank picks along the axis', async () => {
      for (const [shape, axis, size] of [
        [[4], 0, [6]],
        [[3, 4], 1, [3, 2]],
        [[3, 4], 0, [5, 4]],
        [[2, 3, 2], 1, [2, 4, 2]],
        [[3, 4], 0, [2, 2]],
        [[2, 3], 1, [2, 0]],
      ] as [number[], number, number[]][]) {
        const i = places(size, shape[axis]!);
        await checkCase(
          {
            name: `gather ${JSON.stringify([shape, axis, size])}`,
            inputs: [numbers(shape)],
            run: (x) => gather(cube(x), toTensor(i), { axis }),
            oracle: (x) => build(size, (index) => at(x, put(index, axis, at(i, index))) ** 3),
          },
          settings,
        );
      }
    });

    test('take, and gather with indices of another rank, put whole slices in their place', async () => {
      for (const [shape, axis, size] of [
        [[4], 0, []],
        [[3, 2], 0, [4]],
        [[2, 3], 1, [2, 2, 2]],
        [[2, 3, 2], 1, [3]],
        [[3, 2], 0, [0]],
      ] as [number[], number, number[]][]) {
        const i = places(size, shape[axis]!);
        const run = (x: Tensor, f: typeof take): Tensor => f(cube(x), toTensor(i), { axis });
        for (const f of [take, gather])
          await checkCase(
            {
              name: `${f.name} ${JSON.stringify([shape, axis, size])}`,
              inputs: [numbers(shape)],
              run: (x) => run(x, f),
              oracle: (x) =>
                build([...shape.slice(0, axis), ...size, ...shape.slice(axis + 1)], (index) => {
                  const place = at(i, index.slice(axis, axis + size.length));
                  return at(x, [...index.slice(0, axis), place, ...index.slice(axis + size.length)]) ** 3;
                }),
            },
            settings,
          );
      }
      const x = tensor([10, 20, 30]);
      expect(await take(x, tensor([-1, 0])).array()).toEqual([30, 10]);
      expect(await take(x, tensor([[1], [-3]])).array()).toEqual([[20], [10]]);
      expect(await take(x, 1).item()).toBe(20);
    });

    test('an index computed on the device picks as a given one', async () => {
      const x = tensor([10, 20, 30, 40]);
      expect(await take(x, tensor([0.6, 1.4]).add(1).floor()).array()).toEqual([20, 30]);
    });

    test('scatterAdd adds every update at its place, equal places together', async () => {
      for (const [shape, axis, size] of [
        [[4], 0, [6]],
        [[3, 4], 1, [3, 2]],
        [[3, 4], 0, [5, 4]],
        [[3, 4], 0, [2, 3]],
        [[2, 3], 1, [2, 0]],
      ] as [number[], number, number[]][]) {
        const i = places(size, shape[axis]!);
        await checkCase(
          {
            name: `scatterAdd ${JSON.stringify([shape, axis, size])}`,
            inputs: [numbers(shape), numbers(size, 2)],
            run: (x, u) => scatterAdd(x!, toTensor(i), cube(u!), { axis }),
            oracle: (x, u) =>
              build(shape, (index) => {
                let sum = at(x!, index);
                for (const from of indices(size))
                  if (from.every((v, d) => (d === axis ? at(i, from) : v) === index[d])) sum += at(u!, from) ** 3;
                return sum;
              }),
          },
          settings,
        );
      }
    });

    test('scatterAdd with indices of another rank adds whole slices', async () => {
      const i = places([2, 2], 3);
      await checkCase(
        {
          name: 'scatterAdd of slices',
          inputs: [numbers([3]), numbers([2, 2], 2)],
          run: (x, u) => scatterAdd(x!, toTensor(i), u!),
          oracle: (x, u) =>
            build([3], ([n]) => x!.data[n!]! + i.data.reduce((s, p, k) => s + (p === n ? u!.data[k]! : 0), 0)),
        },
        settings,
      );
      const y = scatterAdd(
        tensor([
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
        tensor([2, 0, 2]),
        tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      );
      expect(await y.array()).toEqual([
        [3, 4],
        [0, 0],
        [6, 8],
      ]);
      expect(
        await scatterAdd(
          tensor([
            [0, 0],
            [0, 0],
          ]),
          tensor([1, -2]),
          7,
        ).array(),
      ).toEqual([
        [7, 7],
        [7, 7],
      ]);
    });

    test('oneHot has a 1 at each index', async () => {
      expect(await oneHot(tensor([2, 0]), 3).array()).toEqual([
        [0, 0, 1],
        [1, 0, 0],
      ]);
      expect(await oneHot(tensor([[1]]), 2).array()).toEqual([[[0, 1]]]);
      expect(await oneHot(1, 2).array()).toEqual([0, 1]);
      expect(await oneHot([[1], [0]], 2).array()).toEqual([[[0, 1]], [[1, 0]]]);
      expect(await oneHot(Float32Array.of(1), 2).array()).toEqual([[0, 1]]);
    });

    test('sort is stable, puts NaN last, and hands each derivative back to its place', async () => {
      for (const [shape, axis] of [
        [[5], -1],
        [[3, 4], 1],
        [[3, 4], 0],
        [[2, 1, 3], -3],
        [[1], 0],
        [[0], 0],
        [[2, 0], 1],
        [[1, 1, 1, 1, 1, 1, 2, 3], 7],
      ] as [number[], number][]) {
        const a = axis < 0 ? axis + shape.length : axis;
        const run = (x: Tensor): Tensor => sort(cube(x), { axis })[0].mul(cube(x));
        await checkCase(
          {
            name: `sort ${JSON.stringify([shape, axis])}`,
            inputs: [numbers(shape)],
            run,
            oracle: (x) => {
              const { values } = sorted(cubes(x), a, shape[a]!, ascending);
              return build(shape, (i) => at(values, i) * at(x, i) ** 3);
            },
          },
          settings,
        );
      }
      const ties = [2, 1, 2, 1, 1, -3, 2];
      const [values, order] = sort(tensor(ties));
      expect(await values.array()).toEqual([-3, 1, 1, 1, 2, 2, 2]);
      expect(await order.array()).toEqual([5, 1, 3, 4, 0, 2, 6]);
      if (!settings.ieee) return;
      const [last, from] = sort(tensor([NaN, 3, Infinity, NaN, -Infinity]));
      expect(await last.array()).toEqual([-Infinity, 3, Infinity, NaN, NaN]);
      expect(await from.array()).toEqual([4, 1, 2, 0, 3]);
    });

    test('sort agrees with JavaScript for any numbers, ties among them', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 7, maxLength: 7 }), async (data) => {
          const x: Nd = { shape: [7], data };
          const want = sorted(x, 0, 7, ascending);
          const [values, order] = sort(toTensor(x));
          expectClose('values', await values.data(), want.values.data, 0);
          expectClose('indices', await order.data(), want.at.data, 0);
          const top = sorted(x, 0, 3, (a, b) => b - a);
          const [largest, where] = topK(toTensor(x), 3);
          expectClose('topK values', await largest.data(), top.values.data, 0);
          expectClose('topK indices', await where.data(), top.at.data, 0);
        }),
        { numRuns: settings.runs, seed: 8 },
      );
    });

    test('long rows are sorted as short ones are', async () => {
      const x: Nd = {
        shape: [2, 1500],
        data: numbers([3000]).data.map((v, i) => (settings.ieee && i % 400 === 7 ? NaN : v)),
      };
      const [values, order] = sort(toTensor(x));
      const want = sorted(x, 1, 1500, ascending);
      expectClose('values', await values.data(), want.values.data, 0);
      expectClose('indices', await order.data(), want.at.data, 0);
      const [largest] = topK(toTensor(x), 2);
      const top = sorted(x, 1, 2, (a, b) => -ascending(a, b));
      expectClose('topK', await largest.data(), top.values.data, 0);
    });

    test('topK gives the largest first, NaN before all, and their derivatives', async () => {
      for (const [shape, k, axis] of [
        [[5], 2, -1],
        [[3, 4], 3, 1],
        [[3, 4], 1, 0],
        [[3], 0, 0],
      ] as [number[], number, number][]) {
        const a = axis < 0 ? axis + shape.length : axis;
        await checkCase(
          {
            name: `topK ${JSON.stringify([shape, k, axis])}`,
            inputs: [numbers(shape)],
            run: (x) => topK(cube(x), k, { axis })[0],
            oracle: (x) => sorted(cubes(x), a, k, (p, q) => q - p).values,
          },
          settings,
        );
      }
      if (!settings.ieee) return;
      const [values, where] = topK(tensor([1, NaN, 5, Infinity]), 3);
      expect(await values.array()).toEqual([NaN, Infinity, 5]);
      expect(await where.array()).toEqual([1, 3, 2]);
    });
  });
}
