import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  concat,
  conv2d,
  device,
  einsum,
  explain,
  grad,
  realize,
  setDevice,
  tensor,
  type Tensor,
} from '../../src/index.ts';
import { suiteOn, type DeviceName } from './settings.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Numbers that look like noise, and are the same each time. */
const noise = (shape: readonly number[], seed: number): Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233)),
    { shape: [...shape] },
  );
};

/** The values of tensors that `f` makes, on the current device and on the reference. */
async function both(f: () => Tensor[]): Promise<[ArrayLike<number>[], ArrayLike<number>[]]> {
  const here = device();
  const values = async (): Promise<ArrayLike<number>[]> => Promise.all((await realize(f())).map((t) => t.data()));
  const found = await values();
  await setDevice('reference');
  const wanted = await values();
  await setDevice(here as 'cpu');
  return [found, wanted];
}

/** The largest difference, relative to the largest number. */
function apart(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length);
  let [most, off] = [1, 0];
  for (let i = 0; i < wanted.length; i++) {
    most = Math.max(most, Math.abs(wanted[i]!));
    off = Math.max(off, Number.isFinite(found[i]!) ? Math.abs(found[i]! - wanted[i]!) : Infinity);
  }
  return off / most;
}

async function expectSame(f: () => Tensor[]): Promise<void> {
  const [found, wanted] = await both(f);
  found.forEach((values, i) => expect(apart(values, wanted[i]!)).toBeLessThan(2e-5));
}

/**
 * Claims about threads that compute four adjacent elements, and texels that hold them: sizes that
 * four does not divide, order, tails.
 */
export function layoutsSuite(name: DeviceName): void {
  suiteOn(name, 'layouts', () => {
    const size = fc.integer({ min: 1, max: 13 });
    test('products of matrices of any sizes, batches and orders are those of the reference, as are their gradients', async () => {
      const problem = fc.record({
        m: size,
        k: size,
        n: size,
        batch: fc.integer({ min: 0, max: 3 }),
        turned: fc.nat(3),
      });
      await fc.assert(
        fc.asyncProperty(problem, async ({ m, k, n, batch, turned }) => {
          const lead = batch === 0 ? [] : [batch];
          const swap = (x: Tensor): Tensor => x.permute([...lead.keys(), lead.length + 1, lead.length]);
          const a = noise([...lead, ...(turned & 1 ? [k, m] : [m, k])], 1);
          const b = noise([...lead, ...(turned & 2 ? [n, k] : [k, n])], 2);
          const bias = noise([n], 3);
          const f = (a: Tensor, b: Tensor): Tensor =>
            (turned & 1 ? swap(a) : a)
              .matmul(turned & 2 ? swap(b) : b)
              .add(bias)
              .tanh();
          const loss = (pair: [Tensor, Tensor]): Tensor =>
            f(...pair)
              .square()
              .sum();
          await expectSame(() => [f(a, b), ...grad(loss)([a, b])]);
        }),
        { numRuns: name === 'webgl' ? 8 : 16 },
      );
    });

    test('so are products of thousands of numbers whose sizes four divides, in whichever order their axes are stored', async () => {
      const fours = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max }).map((n) => 4 * n);
      const sizes = [fours(4, 8), size, fours(4, 8), fours(1, 4)] as const;
      await fc.assert(
        fc.asyncProperty(...sizes, fc.nat(3), async (m, k, n, batch, turned) => {
          const a = turned & 1 ? noise([batch, k, m], 1).permute([2, 0, 1]) : noise([m, batch, k], 1);
          const b = turned & 2 ? noise([k, n], 2).transpose() : noise([n, k], 2);
          const y = einsum('mbk,nk->bmn', a, b);
          await expectSame(() => [y, y.permute([0, 2, 1]).add(1), y.permute([1, 2, 0]).tanh()]);
        }),
        { numRuns: 8 },
      );
    });

    test.for([
      [32, 64, 48],
      [64, 66, 40],
      [33, 128, 64],
      [128, 20, 516],
    ] as const)('a product of %i × %i by %i, read in several orders, is that of the reference', async ([m, k, n]) => {
      await expectSame(() => {
        const y = noise([m, k], 1).matmul(noise([k, n], 2));
        return [y, y.transpose().matmul(noise([m, 12], 3)), y.relu().sum({ axis: 0 })];
      });
    });

    test.for([
      [4, 3, 12, 8, 3, 1],
      [4, 3, 11, 5, 3, 2],
      [33, 2, 10, 4, 3, 0],
    ] as const)(
      'a convolution of %i images, %i × %i², by %i filters of %i², padded by %i, and its gradients, by split-K or whole, are those of the reference',
      async ([batch, from, side, to, window, padding]) => {
        const x = noise([batch, from, side, side], 1);
        const w = noise([to, from, window, window], 2);
        const loss = ([x, w]: [Tensor, Tensor]): Tensor => conv2d(x, w, { padding }).relu().square().mean();
        await expectSame(() => [conv2d(x, w, { padding }), ...grad(loss)([x, w])]);
      },
    );

    test('products with a vector of rows that are padded, cut or joined on the way are those of the reference', async () => {
      const x = noise([62, 64, 16], 1);
      const rows = [
        x.pad([
          [1, 1],
          [0, 0],
          [0, 0],
        ]),
        concat([x, noise([2, 64, 16], 2)], { axis: 0 }),
        noise([66, 65, 16], 3).slice([1, 1, 0], [65, 65, 16]),
      ];
      const vectors = noise([64, 16], 4);
      await expectSame(() => rows.map((r) => einsum('dbe,be->db', r, vectors)));
    });

    test('a sum of 300 000 products is whole: no driver ends its loop early', async () => {
      const [m, k] = [4, 300_000];
      // Whole numbers whose sums float32 holds.
      const side = (by: number): Float32Array => Float32Array.from({ length: m * k }, (_, i) => ((i * by) % 7) - 3);
      const [a, b] = [side(3), side(5)];
      const y = await einsum('mk,nk->mn', tensor(a, { shape: [m, k] }), tensor(b, { shape: [m, k] })).array();
      const want = range(m).map((i) =>
        range(m).map((j) => range(k).reduce((sum, l) => sum + a[i * k + l]! * b[j * k + l]!, 0)),
      );
      expect(y).toEqual(want);
    });

    test('what a thread computed as vec4 is read element by element, and the other way round', async () => {
      await expectSame(() => {
        const y = noise([16, 8], 1).matmul(noise([8, 12], 2));
        const flat = y.reshape([192]);
        const odd = flat.slice([1], [190]);
        return [flat.flip(), odd.mul(odd), y.transpose().reshape([48, 4]).add(1), y.reshape([64, 3]).sum({ axis: 1 })];
      });
    });

    test('a product is one kernel, whatever is done with its numbers', async () => {
      const { steps } = await explain(
        noise([16, 8], 1)
          .matmul(noise([8, 12], 2))
          .add(noise([12], 3))
          .relu(),
      );
      if (name !== 'reference') expect(steps.filter((s) => s.javascript.includes('for (')).length).toBe(1);
    });
  });
}
