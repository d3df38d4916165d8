import { expect, test } from 'vitest';
import { arange, explain, exp, log, matmul, setDevice, tensor, type Tensor } from '../../../src/index.ts';

await setDevice('webasm');

const numbers = (shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
    { shape },
  );

/** The instructions of the function that runs, of the n-th kernel. */
async function instructions(y: Tensor, n = 0): Promise<string> {
  const { steps } = await explain(y);
  return steps[n]!.generated.split('(func (;').at(-1)!;
}

test('neighbours are read and written four at a time', async () => {
  const text = await instructions(
    numbers([50, 40])
      .mul(3)
      .add(numbers([40])),
  );
  expect(text.match(/v128\.load/g)).toHaveLength(2);
  expect(text.match(/v128\.store/g)).toHaveLength(1);
  expect(text).not.toMatch(/replace_lane/);
});

test('indices are integers', async () => {
  const text = await instructions(numbers([6, 5, 4]).transpose().sum({ axis: 0 }).reshape([30]));
  expect(text).toMatch(/i32x4\.mul/);
  expect(text).not.toMatch(/f32\.convert_i32|i32\.trunc_sat/);
});

test('a loop over many rows goes along a strip of each before the next, and sums along a row do not wait for each other', async () => {
  const text = await instructions(numbers([30, 256]).sum({ axis: 0 }));
  expect(text).toMatch(/i32\.const 1024/);
  // Five rows are read side by side.
  for (const row of [1, 2, 3, 4]) expect(text).toContain(`v128.load offset=${4 * 256 * row} `);
  expect(await instructions(numbers([30, 60]).sum({ axis: 0 }))).not.toMatch(/i32\.const 1024/);
  const along = await instructions(numbers([64, 40]).sum({ axis: 1 }));
  expect(along.match(/f32x4\.add/g)!.length).toBeGreaterThanOrEqual(4);
});

test('sums by strips are those of the definition for any length of a row, whatever else an element needs', async () => {
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

test('a strip knows what its pointers are made of', async () => {
  const [a, n, b] = [4, 30, 256];
  const x = numbers([a, n, b]);
  const [y, values] = await Promise.all([x.cumsum({ axis: 1 }).data(), x.data()]);
  const want = Float64Array.from(values);
  for (let i = 0; i < want.length; i++) if (Math.floor(i / b) % n > 0) want[i]! += want[i - b]!;
  y.forEach((v, i) => expect(Math.abs(v - want[i]!)).toBeLessThan(1e-5));
});

test('exponentials and logarithms call nobody', async () => {
  for (const f of [exp, log]) expect(await instructions(f(numbers([100])))).not.toMatch(/\bcall\b/);
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
