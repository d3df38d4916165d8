import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Contraction, type Strided } from '../../src/device/webasm/contraction/contraction.ts';
import { heap } from '../../src/device/webasm/heap.ts';

const sizes = fc.record({
  batches: fc.integer({ min: 1, max: 3 }),
  M: fc.integer({ min: 4, max: 19 }),
  N: fc.integer({ min: 8, max: 27 }),
  K: fc.integer({ min: 1, max: 40 }),
});

/** Σ_k a[b, m, k] b[b, n, k] by way of the heap. */
function contraction(a: Float32Array, left: Strided, b: Float32Array, right: Strided): Float32Array {
  const work = new Contraction(left, right);
  const n = left.batch.length * left.rows.length * right.rows.length;
  const sizes = [a.length, b.length, n, work.tables.length].map((size) => 4 * size);
  const blocks = [...sizes, work.scratch].map((bytes) => heap().take(bytes));
  const [atA, atB, y, tables, scratch] = blocks as [number, number, number, number, number];
  const { floats, integers } = heap();
  floats.set(a, atA / 4);
  floats.set(b, atB / 4);
  integers.set(work.tables, tables / 4);
  // What was there before must not matter.
  floats.fill(NaN, y / 4, y / 4 + n);
  floats.fill(NaN, scratch / 4, (scratch + work.scratch) / 4);
  work.run({ a: atA, b: atB, y, tables, scratch });
  const result = heap().floats.slice(y / 4, y / 4 + n);
  [...sizes, work.scratch].forEach((bytes, i) => heap().give(blocks[i]!, bytes));
  return result;
}

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
  const a = new Float32Array(4 * K).fill(1);
  const b = new Float32Array(8 * K).fill(1);
  a[0] = Infinity;
  b[2 * K] = NaN;
  const y = contraction(a, layout([0, 1, 2], [1, 4, K]), b, layout([0, 1, 2], [1, 8, K]));
  const rows = [0, 1, 2, 3].map((m) => Array.from({ length: 8 }, (_, n) => (n === 2 ? NaN : m === 0 ? Infinity : 5)));
  expect([...y]).toEqual(rows.flat());
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

test('large ones are divided among threads, by rows, by columns or by examples, with the same result', () => {
  for (const [batches, M, N, K] of [
    [1, 1000, 8, 100],
    [1, 16, 1000, 60],
    [70, 32, 24, 33],
    [150, 32, 24, 33],
  ] as const) {
    const a = Float32Array.from({ length: batches * M * K }, (_, i) => ((i * 7) % 11) - 5);
    const b = Float32Array.from({ length: batches * N * K }, (_, i) => ((i * 5) % 13) - 6);
    const y = contraction(a, layout([0, 1, 2], [batches, M, K]), b, layout([0, 2, 1], [batches, N, K]));
    // Small whole numbers: every order of addition is exact.
    let wrong = 0;
    for (let i = 0; i < batches; i++)
      for (let m = 0; m < M; m++)
        for (let n = 0; n < N; n++) {
          let want = 0;
          for (let k = 0; k < K; k++) want += a[(i * M + m) * K + k]! * b[(i * K + k) * N + n]!;
          if (y[(i * M + m) * N + n] !== want) wrong++;
        }
    expect(wrong).toBe(0);
  }
});
