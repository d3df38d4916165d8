import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  bceWithLogits,
  fanOut,
  grad,
  gradDrop,
  matmul,
  setDevice,
  sumLanes,
  tensor,
  type Tensor,
} from '../../src/index.ts';
import { evaluateOne } from '../../src/device/reference/reference.ts';
import { storageOf } from '../../src/device/storage.ts';
import { sizeOf, type HostArray, type Node } from '../../src/graph/node.ts';
import { topological } from '../../src/graph/walk.ts';
import { planKey } from '../../src/schedule/cache.ts';
import { lower } from '../../src/schedule/lower.ts';
import { schedule } from '../../src/schedule/plan.ts';

await setDevice('reference');

/** The graph that is executed in place of a tensor's. */
function lowered(y: Tensor): Node {
  const leaves = new Set(planKey([y.node]).leaves);
  return lower([y.node], { isData: (n) => leaves.has(n) })[0]!;
}

const below = (y: Node): Node[] => topological([y]);

/** The values of a graph as it stands, by the reference's operations. */
function valueOf(y: Node): HostArray {
  const known = new Map<Node, HostArray>();
  for (const n of below(y))
    known.set(
      n,
      n.value
        ? storageOf(n).readSync()
        : evaluateOne(
            n,
            n.inputs.map((x) => known.get(x)!),
          ),
    );
  return known.get(y)!;
}

async function expectSame(y: Tensor): Promise<Node> {
  const node = lowered(y);
  const [got, want] = [valueOf(node), await y.data()];
  expect(got.length).toBe(want.length);
  const scale = Math.max(0, ...Array.from(want, Math.abs));
  got.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThanOrEqual(1e-12 * scale));
  return node;
}

const numbers = (shape: number[], seed: number): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 1.7 * i)),
    { shape },
  );
const contractions = (y: Node): string[] =>
  below(y)
    .filter((n) => n.op === 'contract')
    .map((n) => n.shape.join('×'));

/** How many numbers the largest buffer of a plan has. */
const largest = (y: Tensor): number =>
  Math.max(...schedule([y.node], new Set(planKey([y.node]).leaves)).steps.map(({ root }) => sizeOf(root.shape)));

describe('sums of products', () => {
  test('heads side by side on lanes of one value are one matrix product', async () => {
    const h = numbers([32, 64], 1);
    const y = fanOut(h, 20, sumLanes()).matmul(numbers([20, 64, 1], 2));
    expect(contractions(await expectSame(y))).toEqual(['32×20×1']);
  });

  test('an outer product that is summed is a contraction, and is never laid out', async () => {
    const [d, w, s] = [numbers([24, 32, 1], 1), numbers([24, 1, 48], 2), numbers([1, 32, 48], 3)];
    const lanes = d.matmul(w);
    const total = await expectSame(lanes.sum({ axis: 0 }));
    expect(contractions(total)).toEqual(['32×48']);
    expect(largest(lanes.sum({ axis: 0 }))).toBeLessThan(24 * 32 * 48);
    const signed = await expectSame(lanes.mul(s).sum({ axis: 1 }));
    expect(contractions(signed)).toEqual(['24×48']);
  });

  test('a sum that is small, or whose factors change alike, stays as it is', async () => {
    const small = numbers([3, 4, 1], 1)
      .mul(numbers([3, 1, 5], 2))
      .sum({ axis: 0 });
    expect(contractions(await expectSame(small))).toEqual([]);
    const alike = numbers([64, 64], 1)
      .mul(numbers([64, 64], 2))
      .sum({ axis: 0 });
    expect(contractions(await expectSame(alike))).toEqual([]);
  });

  test('rows and columns that are exchanged afterwards are exchanged before', async () => {
    const [a, b] = [numbers([5, 6], 1), numbers([6, 7], 2)];
    const node = await expectSame(matmul(a, b).transpose().mul(2));
    expect(contractions(node)).toEqual(['7×5']);
  });

  test('a product that has a value is read where it is transposed, on devices with kernels too', async () => {
    for (const device of ['webasm', 'cpu', 'reference'] as const) {
      await setDevice(device);
      const y = tensor([[1, 2, 3]]).matmul(
        tensor([1, 1, 2])
          .reshape([3, 1])
          .mul(tensor([[1, 10]])),
      );
      expect(await y.array()).toEqual([[9, 90]]);
      expect(lowered(y.transpose()).inputs[0]).toBe(y.node);
      expect(await y.transpose().array()).toEqual([[9], [90]]);
    }
  });

  test('rewritten contractions and sums have the values they had, whatever the operands share', async () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
    );
    const factor = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 99 }));
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.array(factor, { minLength: 2, maxLength: 4 }),
        fc.subarray([0, 1, 2], { minLength: 1 }),
        async (sizes, factors, axes) => {
          const wide = sizes.map((n) => 3 * n);
          const parts = factors.map(([a, b, c, seed]) =>
            numbers(
              [a, b, c].map((along, d) => (along ? wide[d]! : 1)),
              seed,
            ),
          );
          const product = parts
            .reduce((x, y) => x.mul(y))
            .add(0)
            .broadcastTo(wide);
          await expectSame(
            parts.reduce((x, y) => x.mul(y)).sum({ axis: axes.filter((d) => parts.some((p) => p.shape[d]! > 1)) }),
          );
          await expectSame(product.sum({ axis: axes }));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a merge with masks that a batch shares', () => {
  const h = numbers([32, 48], 1);
  const draw = tensor(
    Float64Array.from({ length: 48 }, (_, i) => (i + 0.5) / 48),
    { shape: [1, 48] },
  );
  for (const [name, options] of Object.entries({
    'as it comes': {},
    'with leaks': { leak: Array.from({ length: 24 }, (_, i) => i / 24) },
    'dropping at 0': { zeroSign: 'drop' },
    'with a keep function': { keep: (p: Tensor) => p.square().mul(3).sub(p.square().mul(p).mul(2)) },
  } as const))
    test(`${name}, of gradients that are outer products, never lays the lanes out`, async () => {
      const heads = numbers([24, 48, 1], 2);
      const loss = (w: Tensor): Tensor =>
        bceWithLogits(gradDrop(w.relu(), 24, { draw, ...options }).matmul(heads), numbers([24, 32, 1], 3).greater(0));
      const node = await expectSame(grad(loss)(h));
      expect(largest(grad(loss)(h))).toBeLessThan(24 * 32 * 48);
      expect(
        below(node)
          .filter((n) => n.op === 'signDrop')
          .map((n) => n.shape.join('×')),
      ).toEqual(['1×48']);
    });

  test('of lanes that are no products is one kernel that reads them', async () => {
    const loss = (w: Tensor): Tensor => {
      const lanes = gradDrop(w, 3, { draw });
      return lanes.mul(numbers([3, 32, 48], 5)).sum();
    };
    const node = await expectSame(grad(loss)(h));
    expect(
      below(node)
        .filter((n) => n.op === 'signDrop')
        .map((n) => n.shape.join('×')),
    ).toEqual(['32×48']);
  });
});
