import { describe, expect, test } from 'vitest';
import { customVjp, grad, jvp, setDevice, tensor, vmap, type Tensor } from '../../src/index.ts';
import { read } from './support.ts';

await setDevice('reference');

describe('customVjp', () => {
  test('takes the rule for the derivative and f for the value', async () => {
    const clipped = customVjp(
      (x: Tensor) => x.exp(),
      (g, _, x) => g.mul(x.clip(-1, 1)),
    );
    expect(await clipped(tensor(2)).item()).toBeCloseTo(Math.exp(2), 12);
    expect(await grad((x) => clipped(x).mul(3))(2).item()).toBe(3);
  });

  test('gives the rule the result, and its derivative is differentiated again', async () => {
    const exp = customVjp(
      (x: Tensor) => x.exp(),
      (g, y) => g.mul(y),
    );
    for (let f = (x: Tensor): Tensor => exp(x), n = 0; n < 4; n++) {
      expect(await f(tensor(0.5)).item()).toBeCloseTo(Math.exp(0.5), 12);
      const once = f;
      f = (x) => grad(once)(x);
    }
  });

  test('takes a cotangent for each argument, null or absent for none, and trees', async () => {
    const f = customVjp(
      (p: { a: Tensor; b: Tensor }, c: Tensor, d: Tensor) => p.a.mul(p.b).mul(c).mul(d),
      (g, _, p, c) => [{ a: g.mul(p.b), b: g.mul(c) }, g.mul(100), null],
    );
    const all = grad((p: { a: Tensor; b: Tensor }, c: Tensor, d: Tensor) => f(p, c, d), {
      argnums: [0, 1, 2],
    });
    expect(await read(all({ a: 2, b: 3 }, 5, 7))).toEqual([{ a: 3, b: 5 }, 100, 0]);
  });

  test('is mapped example by example', async () => {
    // The rule sums over one example: over the batch it would give other numbers.
    const f = customVjp(
      (x: Tensor) => x.square().sum(),
      (g, y, x) => g.mul(y).mul(x.sum()).broadcastTo([2]),
    );
    const mapped = vmap((x: Tensor) => grad((t: Tensor) => f(t))(x))(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(await mapped.array()).toEqual([
      [15, 15],
      [175, 175],
    ]);
  });

  test('in forward mode is an error that says so', () => {
    const step = customVjp(
      function softStep(x: Tensor) {
        return x.greater(0);
      },
      (g, _, x) => g.mul(x.sigmoid()),
    );
    expect(() => jvp((x: Tensor) => step(x), [1], [1])).toThrow(
      'jvp: softStep has a derivative of its own for reverse mode only; use vjp or grad',
    );
  });

  test('speaks of rules that do not fit', () => {
    const with1 = (rule: (g: Tensor) => Tensor | Tensor[]) => (): Tensor =>
      grad((x: Tensor) => customVjp((t: Tensor) => t.mul(2), rule as never)(x).sum())(tensor([1, 2]));
    expect(with1(() => tensor([1]))).toThrow('customVjp: cotangent 0 must have shape [2], got [1]');
    expect(with1((g) => [g, g])).toThrow('customVjp: the rule must give one cotangent for each of 1 arguments, got 2');
    expect(() =>
      customVjp(
        (t: Tensor) => [t] as never,
        (g) => g,
      )(1),
    ).toThrow('customVjp: the function must return one tensor, got a tree');
  });
});
