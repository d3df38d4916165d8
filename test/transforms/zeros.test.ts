import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { grad, setDevice, tensor, valueAndGrad, zeros, type Tensor } from '../../src/index.ts';

await setDevice('reference');

let warn: MockInstance<typeof console.warn>;
beforeEach(() => (warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)));
afterEach(() => warn.mockRestore());

test('a function that returns a plain number has a gradient of zeros, and grad says so once', async () => {
  for (let i = 0; i < 3; i++) expect(await grad((_: Tensor) => 3 + i)(tensor([1, 2])).array()).toEqual([0, 0]);
  expect(warn.mock.calls).toEqual([
    [
      'cotangent: grad: the function returned the number 3, so zeros; compute it from the argument by operations of tensors, such as x.mul(2).tanh()',
    ],
  ]);
});

test('a function that reaches its argument only through a closure has a gradient of zeros, and grad says so once', async () => {
  const w = tensor([1, 2]);
  for (let i = 0; i < 3; i++) expect(await grad((_: Tensor) => w.square().sum())(w).array()).toEqual([0, 0]);
  expect(warn.mock.calls).toEqual([
    [
      'cotangent: grad: the function reaches the tensor of shape [2] only through a closure, so zeros; use its argument in that place, as in (w) => w.square().sum()',
    ],
  ]);
});

test('zeros that are meant go without a word', async () => {
  const w = tensor([1, 2]);
  const slope = valueAndGrad((a: Tensor, _b: Tensor) => a.mul(w).sum(), { argnums: [0, 1] });
  const [, [da, db]] = slope(w, zeros([3]));
  expect([await da.array(), await db.array()]).toEqual([
    [1, 2],
    [0, 0, 0],
  ]);
  expect(await grad((x: Tensor) => grad((y: Tensor) => y.mul(3))(x))(0.5).item()).toBe(0);
  // Features that stay fixed, and a constant argument whose number also occurs in the function.
  const parts = { trunk: tensor([1, 2]), head: tensor([3, 4]) };
  const features = parts.trunk.mul(2).tanh();
  await grad((p: typeof parts) => p.head.mul(features).sum())(parts).head.data();
  await grad((p: { w: Tensor; b: Tensor }) => p.w.sub(1).square().sum())({ w, b: 1 }).w.data();
  expect(warn).not.toHaveBeenCalled();
});

test('a function that returns NaN is an error', () => {
  expect(() => grad((x: Tensor) => Number.parseFloat(x.toString()))(tensor(1))).toThrow(
    'grad: the function must return a scalar, got the number NaN; compute it from the argument by operations of tensors',
  );
});
