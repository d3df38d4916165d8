import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contraction, type Strided } from '../../src/device/simd/contraction.ts';

const sizes = fc.record({
  batches: fc.integer({ min: 1, max: 3 }),
  M: fc.integer({ min: 1, max: 19 }),
  N: fc.integer({ min: 1, max: 19 }),
  K: fc.integer({ min: 1, max: 40 }),
});

/** Offsets of a row-major array with its axes in any order. */
function layout(order: readonly number[], dims: readonly [number, number, number]): Strided {
  const strides = [0, 0, 0];
  let step = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = step;
    step *= dims[axis]!;
  }
  const along = (axis: number): Int32Array => Int32Array.from({ length: dims[axis]! }, (_, i) => i * strides[axis]!);
  return { batch: along(0), rows: along(1), inner: along(2) };
}

const orders = fc.constantFrom([0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 0, 2]);

test('a contraction of our own equals the sums of products, however its operands lie', () => {
  fc.assert(
    fc.property(sizes, orders, orders, fc.integer(), ({ batches, M, N, K }, leftOrder, rightOrder, seed) => {
      const number = (i: number): number => Math.fround(Math.sin(seed + i * 12.9898));
      const a = Float32Array.from({ length: batches * M * K }, (_, i) => number(i));
      const b = Float32Array.from({ length: batches * N * K }, (_, i) => number(i + 0.5));
      const left = layout(leftOrder, [batches, M, K]);
      const right = layout(rightOrder, [batches, N, K]);
      const y = contraction(a, left, b, right);
      expect(y.length).toBe(batches * M * N);
      for (let i = 0; i < batches; i++)
        for (let m = 0; m < M; m++)
          for (let n = 0; n < N; n++) {
            let [want, size] = [0, 0];
            for (let k = 0; k < K; k++) {
              const product =
                a[left.batch[i]! + left.rows[m]! + left.inner[k]!]! *
                b[right.batch[i]! + right.rows[n]! + right.inner[k]!]!;
              want += product;
              size += Math.abs(product);
            }
            // Higham's bound for K roundings of float32: γ_K Σ|a b|.
            expect(Math.abs(y[(i * M + m) * N + n]! - want)).toBeLessThanOrEqual((K + 1) * 2 ** -24 * size * 1.01);
          }
    }),
    { numRuns: 150 },
  );
});

test('what is not finite stays in its own row and column', () => {
  const K = 5;
  const a = new Float32Array(3 * K).fill(1);
  const b = new Float32Array(3 * K).fill(1);
  a[0] = Infinity;
  b[2 * K] = NaN;
  const where = layout([0, 1, 2], [1, 3, K]);
  const y = contraction(a, where, b, where);
  expect([...y]).toEqual([Infinity, Infinity, NaN, 5, 5, NaN, 5, 5, NaN]);
});

test('an operand may be read backwards, from the middle of its array', () => {
  const [M, N, K] = [6, 9, 7];
  const a = Float32Array.from({ length: 100 }, (_, i) => i);
  const places = (n: number, from: number, by: number): Int32Array =>
    Int32Array.from({ length: n }, (_, i) => from + by * i);
  const left = { batch: places(1, 90, 0), rows: places(M, 0, -8), inner: places(K, 0, -1) };
  const right = { batch: places(1, 30, 0), rows: places(N, 0, 7), inner: places(K, 6, -1) };
  const y = contraction(a, left, a, right);
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let want = 0;
      for (let k = 0; k < K; k++) want += (90 - 8 * m - k) * (36 + 7 * n - k);
      expect(y[m * N + n]).toBe(want);
    }
});
