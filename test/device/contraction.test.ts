import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { conv2d, einsum, explain, setDevice, tensor, type Tensor } from '../../src/index.ts';

beforeAll(() => setDevice('webasm'));

/** An operand, and its elements by batch, row and place in the sum. */
interface Operand {
  readonly x: Tensor;
  readonly at: (b: number, r: number, k: number) => number;
}

/**
 * How an operand [batches, rows, sum] lies in its array: its axes in an order, some backwards, with
 * a margin.
 */
interface Lying {
  readonly order: readonly number[];
  readonly flipped: readonly number[];
  readonly margin: number;
}

function operand(dims: readonly number[], number: (i: number) => number, { order, flipped, margin }: Lying): Operand {
  const stored = order.map((axis) => dims[axis]! + 2 * margin);
  const data = Float32Array.from({ length: stored.reduce((a, b) => a * b, 1) }, (_, i) => number(i));
  const whole = tensor(data, { shape: stored });
  const inside = whole.slice(
    stored.map(() => margin),
    stored.map((n) => n - margin),
  );
  const moved = inside.transpose([0, 1, 2].map((axis) => order.indexOf(axis)));
  const x = flipped.length === 0 ? moved : moved.flip({ axis: [...flipped] });
  const at = (...place: number[]): number => {
    const own = place.map((i, axis) => margin + (flipped.includes(axis) ? dims[axis]! - 1 - i : i));
    return data[order.reduce((flat, axis, d) => flat * stored[d]! + own[axis]!, 0)]!;
  };
  return { x, at };
}

const plain: Lying = { order: [0, 1, 2], flipped: [], margin: 0 };

/** Σ_k a[b, m, k] b[b, n, k], which is seen to be a contraction with a kernel of its own. */
async function contraction(a: Operand, b: Operand): Promise<Float32Array> {
  const y = einsum('bmk,bnk->bmn', a.x, b.x);
  const { steps } = await explain(y);
  expect(steps.map((step) => step.kind)).toEqual(['contraction']);
  return Float32Array.from(await y.data());
}

const dimensions = fc
  .record({
    batches: fc.integer({ min: 1, max: 3 }),
    M: fc.integer({ min: 4, max: 19 }),
    N: fc.integer({ min: 8, max: 27 }),
    K: fc.integer({ min: 200, max: 240 }),
  })
  .map((n) => ({ ...n, K: Math.max(n.K, Math.ceil(2 ** 15 / (n.M * n.N * n.batches))) }));

const lying = fc.record({
  order: fc.constantFrom([0, 1, 2], [0, 2, 1], [2, 1, 0], [1, 0, 2]),
  flipped: fc.subarray([0, 1, 2]),
  margin: fc.integer({ min: 0, max: 2 }),
});

test('a contraction of our own equals the sums of products, however its operands lie', async () => {
  await fc.assert(
    fc.asyncProperty(dimensions, lying, lying, fc.integer(), async ({ batches, M, N, K }, left, right, seed) => {
      const number = (i: number): number => Math.fround(Math.sin(seed + i * 12.9898));
      const a = operand([batches, M, K], number, left);
      const b = operand([batches, N, K], (i) => number(i + 0.5), right);
      const y = await contraction(a, b);
      expect(y.length).toBe(batches * M * N);
      for (let i = 0; i < batches; i++)
        for (let m = 0; m < M; m++)
          for (let n = 0; n < N; n++) {
            let [want, size] = [0, 0];
            for (let k = 0; k < K; k++) {
              const product = a.at(i, m, k) * b.at(i, n, k);
              want += product;
              size += Math.abs(product);
            }
            // Higham's bound for K roundings of float32: γ_K Σ|a b|.
            const bound = (K + 1) * 2 ** -24 * size * 1.01;
            if (!(Math.abs(y[(i * M + m) * N + n]! - want) <= bound))
              throw new Error(`[${i}, ${m}, ${n}] must be within ${bound} of ${want}, got ${y[(i * M + m) * N + n]}`);
          }
    }),
    { numRuns: 60 },
  );
});

test('an operand of several axes is read through its windows, whatever their sizes', async () => {
  const [images, channels, filters, height] = [2, 3, 9, 7];
  for (const width of [17, 20, 26, 29]) {
    const data = Float32Array.from({ length: images * channels * height * width }, (_, i) => ((i * 7) % 11) - 5);
    const weights = Float32Array.from({ length: filters * channels * 9 }, (_, i) => ((i * 5) % 13) - 6);
    const x = tensor(data, { shape: [images, channels, height, width] });
    const y = conv2d(x, tensor(weights, { shape: [filters, channels, 3, 3] }));
    expect((await explain(y)).steps.map((step) => step.kind)).toContain('contraction');
    const got = await y.data();
    const [rows, columns] = [height - 2, width - 2];
    let wrong = 0;
    got.forEach((value, at) => {
      const [i, j] = [Math.floor(at / columns) % rows, at % columns];
      const filter = Math.floor(at / (rows * columns)) % filters;
      const image = Math.floor(at / (rows * columns * filters));
      let want = 0;
      for (let c = 0; c < channels; c++)
        for (let k = 0; k < 9; k++) {
          const pixel = data[((image * channels + c) * height + i + Math.floor(k / 3)) * width + j + (k % 3)]!;
          want += pixel * weights[(filter * channels + c) * 9 + k]!;
        }
      if (value !== want) wrong++;
    });
    expect(wrong).toBe(0);
  }
});

test('what is not finite stays in its own row and column', async () => {
  const K = 1024;
  const a = operand([1, 4, K], (i) => (i === 0 ? Infinity : 1), plain);
  const b = operand([1, 8, K], (i) => (i === 2 * K ? NaN : 1), plain);
  const y = await contraction(a, b);
  const rows = [0, 1, 2, 3].map((m) => Array.from({ length: 8 }, (_, n) => (n === 2 ? NaN : m === 0 ? Infinity : K)));
  expect([...y]).toEqual(rows.flat());
});

test('large ones are divided among threads, by rows, by columns or by examples, with the same result', async () => {
  for (const [batches, M, N, K] of [
    [1, 1000, 8, 100],
    [1, 16, 1000, 60],
    [7, 32, 24, 330],
    [40, 32, 24, 33],
    // More than are packed at once.
    [4, 64, 64, 20_000],
  ] as const) {
    const a = operand([batches, M, K], (i) => ((i * 7) % 11) - 5, plain);
    const b = operand([batches, N, K], (i) => ((i * 5) % 13) - 6, { ...plain, order: [0, 2, 1] });
    const y = await contraction(a, b);
    // Small whole numbers: every order of addition is exact.
    let wrong = 0;
    for (let i = 0; i < batches; i++)
      for (let m = 0; m < M; m++)
        for (let n = 0; n < N; n++) {
          // To check all of a large one would take long.
          if (K > 1000 && (m + 3 * n) % 191 !== i) continue;
          let want = 0;
          for (let k = 0; k < K; k++) want += a.at(i, m, k) * b.at(i, n, k);
          if (y[(i * M + m) * N + n] !== want) wrong++;
        }
    expect(wrong).toBe(0);
  }
});
