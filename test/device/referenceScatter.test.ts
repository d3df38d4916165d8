import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { device, setDevice } from '../../src/device/devices.ts';
import { scatterOf } from '../../src/device/reference/scatter.ts';
import { iota } from '../../src/graph/build.ts';
import { equal, gather, grad, scatterAdd, take, Tensor, tensor, where } from '../../src/index.ts';

const before = device();
beforeAll(() => setDevice('reference'));
afterAll(() => setDevice(before));

const counted = (n: number): Tensor => new Tensor(iota(n));

test('scatterAdd adds each update at its index, for indices of every axis and occurrence', async () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 1, max: 4 }),
    columns: fc.integer({ min: 1, max: 4 }),
    ids: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    axis: fc.constantFrom(0, 1),
  });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ rows, columns, ids, axis }) => {
      const [size, others] = axis === 0 ? [rows, columns] : [columns, rows];
      const where = ids.map((i) => i % size);
      const want = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => 10 * r + c));
      const updates = Array.from({ length: ids.length * others }, (_, i) => i + 0.5);
      const shape = axis === 0 ? [ids.length, others] : [others, ids.length];
      where.forEach((to, k) => {
        for (let o = 0; o < others; o++)
          if (axis === 0) want[to]![o]! += updates[k * others + o]!;
          else want[o]![to]! += updates[o * ids.length + k]!;
      });
      const x = tensor(Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => 10 * r + c)));
      expect(await scatterAdd(x, tensor(where), tensor(updates, { shape }), { axis }).array()).toEqual(want);
    }),
    { numRuns: 60, seed: 3 },
  );
});

test('the gradient of 1024 rows of a table of 10 000 is there in seconds', async () => {
  const ids = Array.from({ length: 1024 }, (_, i) => (i * 7919) % 10000);
  const g = grad((x: Tensor) => take(x, tensor(ids)).sum())(tensor(new Float32Array(640000), { shape: [10000, 64] }));
  const hits = new Float64Array(10000);
  for (const i of ids) hits[i]! += 1;
  expect(Array.from(await g.sum({ axis: 1 }).data())).toEqual(Array.from(hits, (n) => 64 * n));
});

test('a sum is taken as a scatter only where it is one', async () => {
  const [i, u] = [tensor([2, 0, 2, 7, -1, 0.5, NaN]), tensor([1, 2, 4, 8, 16, 32, 64])];
  const places = counted(3).reshape([3, 1]);
  const sums = where(equal(i, places), u, 0).sum({ axis: 1, keepDims: true });
  expect(scatterOf(sums.node)).toBeDefined();
  // Indices that name no place name none.
  expect(await sums.array()).toEqual([[2], [0], [5]]);
  for (const [y, want] of [
    // The same numbers, but counted along the axis that is summed.
    [
      where(equal(i.reshape([7, 1]), counted(3)), u.reshape([7, 1]), 0).sum({ axis: 1, keepDims: true }),
      [[1], [2], [4], [0], [0], [0], [0]],
    ],
    [where(equal(i, places), u, 1).sum({ axis: 1, keepDims: true }), [[8], [7], [10]]],
    [where(equal(i, places), u.mul(places), 0).sum({ axis: 1, keepDims: true }), [[0], [0], [10]]],
  ] as const) {
    expect(scatterOf(y.node)).toBeUndefined();
    expect(await y.array()).toEqual(want);
  }
});

test('a gather of cubes has its second derivative', async () => {
  const x = tensor([1, 2, 3]);
  const f = (t: Tensor): Tensor => gather(t.square().mul(t), tensor([2, 2, 0])).sum();
  const second = grad((t: Tensor) => grad(f)(t).sum())(x);
  expect(await second.array()).toEqual([6, 0, 36]);
});
