import { afterAll, beforeAll, expect, test } from 'vitest';
import { arange, device, setDevice, tensor, where, type Tensor } from '../../src/index.ts';
import type { DeviceName } from '../../src/index.ts';

let before: DeviceName;
beforeAll(async () => {
  before = device();
  await setDevice('webasm');
});
afterAll(() => setDevice(before));

const mixed = [-2, 0.5, 150_000, 99_999, -123_456.5, 3, 1e7, 0, 7, -250_000];

test('on webasm neighbours that need different branches get their own', async () => {
  const sines = await tensor(mixed).sin().data();
  mixed.forEach((x, i) => expect(Math.abs(sines[i]! - Math.sin(Math.fround(x)))).toBeLessThan(1e-6));
});

test('on webasm a branch of whole numbers beside one with a call of the host keeps fractions', async () => {
  const choose = (x: Tensor): Tensor => where(x.greater(1), arange(0, mixed.length), x.minimum(1).exp());
  const chosen = await choose(tensor(mixed)).data();
  mixed.forEach((x, i) => expect(chosen[i]).toBeCloseTo(x > 1 ? i : Math.exp(x), 6));
});

test('on webasm a branch with a call of the host may stand in a loop', async () => {
  const x = tensor(mixed);
  const y = await x.reshape([5, 2]).cos().sum({ axis: 1 }).data();
  const cos = (i: number): number => Math.cos(Math.fround(mixed[i]!));
  for (let i = 0; i < 5; i++) expect(Math.abs(y[i]! - cos(2 * i) - cos(2 * i + 1))).toBeLessThan(1e-6);
});
