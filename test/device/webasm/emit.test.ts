import { expect, test, vi } from 'vitest';
import { arange, exp, explain, log, matmul, realize, setDevice, tensor, type Tensor } from '../../../src/index.ts';

await setDevice('webasm');

const numbers = (shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
    { shape },
  );

/** Counts an instruction in the kernel that computes y, in all of it or inside so many loops. */
async function instructions(y: Tensor): Promise<(name: string, depth?: number) => number> {
  const { steps } = await explain(y);
  expect(steps.length).toBe(1);
  const found: { name: string; depth: number }[] = [];
  const open: string[] = [];
  for (const name of steps[0]!.generated.split(/\s+/)) {
    if (name === 'loop' || name === 'block' || name === 'if') open.push(name);
    else if (name === 'end') open.pop();
    else found.push({ name, depth: open.filter((o) => o === 'loop').length });
  }
  return (name, depth) => found.filter((f) => f.name === name && (depth ?? f.depth) === f.depth).length;
}

test('four elements that lie side by side are read and written by one instruction, in either direction', async () => {
  const x = numbers([50, 40]);
  for (const y of [
    x.mul(3).add(numbers([40])),
    x.flip({ axis: 1 }).mul(numbers([40])),
    x.slice([1, 1], [50, 40]).square(),
  ]) {
    const count = await instructions(y);
    expect(count('v128.store')).toBe(1);
    expect(count('v128.load')).toBeGreaterThanOrEqual(1);
    expect(count('v128.load32_lane')).toBe(0);
  }
});

test('exponentials and logarithms call nobody, and a sine only for what is far from 0', async () => {
  const calls = (['exp', 'log', 'sin'] as const).map((name) => vi.spyOn(Math, name));
  const called = (): number[] => calls.map((spy) => spy.mock.calls.length);
  const x = await realize(numbers([100]));
  const far = Float32Array.from({ length: 64 }, (_, i) => (i === 37 ? 1e9 : i / 64));
  const large = await realize(tensor(far));
  try {
    calls.forEach((spy) => spy.mockClear());
    await Promise.all([exp(x).data(), log(x.square()).data(), x.sin().data()]);
    expect(called()).toEqual([0, 0, 0]);
    const y = await large.sin().data();
    // Once for each of the four elements that it is computed with.
    expect(called()).toEqual([0, 0, 4]);
    y.forEach((v, i) => expect(Math.abs(v - Math.sin(far[i]!))).toBeLessThan(1e-6));
  } finally {
    calls.forEach((spy) => spy.mockRestore());
  }
});

test('what is the same throughout a row is read once for it', async () => {
  const count = await instructions(numbers([50, 40]).mul(numbers([50, 1])));
  expect([0, 1, 2].map((depth) => count('v128.load32_splat', depth))).toEqual([0, 1, 0]);
  expect([0, 1, 2].map((depth) => count('v128.store', depth))).toEqual([0, 0, 1]);
});

test('sums by blocks are those of the definition for any length of a row, whatever else an element needs', async () => {
  for (const [rows, n] of [
    [9, 64],
    [16, 67],
    [30, 1023],
    [10, 1025],
    [11, 1030],
    [24, 2049],
    [40, 33_333],
  ] as const) {
    const [x, m, f] = [numbers([rows, n]), numbers([n]).mul(0.5), numbers([n]).add(2)];
    const [plain, around] = await Promise.all([
      x.sum({ axis: 0 }).mul(f).data(),
      x.sub(m).square().sum({ axis: 0 }).data(),
    ]);
    const at = (i: number): number => Math.fround(Math.sin(i));
    for (let j = 0; j < n; j++) {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < rows; i++) {
        sum += at(i * n + j);
        squares += (at(i * n + j) - at(j) / 2) ** 2;
      }
      expect(Math.abs(plain[j]! - sum * (at(j) + 2))).toBeLessThan(1e-4);
      expect(Math.abs(around[j]! - squares)).toBeLessThan(1e-4);
    }
  }
});

test('a block begins with all that its loop needs, however far back', async () => {
  const [a, n, b] = [4, 30, 256];
  const x = numbers([a, n, b]);
  const [y, values] = await Promise.all([x.cumsum({ axis: 1 }).data(), x.data()]);
  const want = Float64Array.from(values);
  for (let i = 0; i < want.length; i++) if (Math.floor(i / b) % n > 0) want[i]! += want[i - b]!;
  y.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(1e-5));
});

test('sizes that are no multiple of what is computed at once come out whole, and nothing is written beyond', async () => {
  for (const n of [1, 2, 3, 4, 5, 7, 63, 64, 65, 67, 79, 130]) {
    const x = arange(n);
    const after = arange(n).mul(10);
    const [a, b] = await Promise.all([x.add(1).data(), after.data()]);
    expect(Array.from(a)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
    expect(Array.from(b)).toEqual(Array.from({ length: n }, (_, i) => 10 * i));
    const rows = await numbers([9, n]).sum({ axis: 0 }).data();
    const want = Array.from({ length: n }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < 9; i++) sum += Math.fround(Math.sin(i * n + j));
      return sum;
    });
    rows.forEach((v, j) => expect(Math.abs(v - want[j]!)).toBeLessThan(1e-5));
  }
});

test('a matrix product of any sizes is that of the definition, by kernel or by code of our own', async () => {
  for (const [m, k, n] of [
    [1, 1, 1],
    [3, 40, 9],
    [4, 64, 130],
    [5, 33, 70],
    [64, 7, 8],
    [2, 300, 300],
    // Divided among threads, by the columns and by the rows.
    [65, 70, 131],
    [259, 64, 37],
  ] as const) {
    const [a, b] = [numbers([m, k]), numbers([k, n])];
    const [y, x, w] = await Promise.all([matmul(a, b).data(), a.data(), b.data()]);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let want = 0;
        for (let l = 0; l < k; l++) want += x[i * k + l]! * w[l * n + j]!;
        expect(Math.abs(y[i * n + j]! - want)).toBeLessThan(1e-5 * k);
      }
  }
});

test('indices and places beyond what float32 counts are exact', async () => {
  const n = 2 ** 24 + 50;
  const at = [2 ** 24 - 3, 2 ** 24 + 1, 2 ** 24 + 7, n - 1];
  const remainder = (i: number): number => i % 1009;
  const numbers = new Float32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = remainder(i);
  const x = tensor(numbers);
  const [flipped, padded, quotients] = await Promise.all([
    x.flip().data(),
    x.pad([[3, 2]]).data(),
    x
      .reshape([n / 2, 2])
      .sum({ axis: 1 })
      .data(),
  ]);
  for (const i of at) {
    expect(flipped[i]).toBe(remainder(n - 1 - i));
    expect(padded[i]).toBe(remainder(i - 3));
    expect(quotients[i >> 1]).toBe(remainder(2 * (i >> 1)) + remainder(2 * (i >> 1) + 1));
  }
  expect(Array.from(padded.slice(-2))).toEqual([0, 0]);
}, 120_000);

test('quotients of neighbours beyond what float32 counts are exact', async () => {
  // Each of three rows three times, side by side: their index is divided by 3 for every element.
  const [rows, n] = [3, 2 ** 21 + 1];
  const x = arange(rows * n).mod(1000);
  const y = x
    .reshape([rows * n, 1])
    .broadcastTo([rows * n, 3])
    .reshape([9 * n])
    .slice([1], [9 * n])
    .mul(1);
  const values = await y.data();
  let wrong = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== Math.floor((i + 1) / 3) % 1000) wrong++;
  expect(wrong).toBe(0);
}, 120_000);
