import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  grad,
  gradients,
  key,
  ones,
  realize,
  setDevice,
  stopGradient,
  tensor,
  valueAndGrad,
  zeros,
  type Tensor,
} from '../../src/index.ts';
import { expectSame, read } from './support.ts';

await setDevice('reference');

describe('grad', () => {
  test('of a scalar function of a number is its derivative', async () => {
    expect(await grad((x) => x.sin())(0.5).item()).toBeCloseTo(Math.cos(0.5), 12);
    expect(await grad(grad((x) => x.exp().mul(x)))(1).item()).toBeCloseTo(3 * Math.E, 10);
  });

  test('is a tree like its argument', async () => {
    const loss = (p: { w: Tensor; deep: [Tensor, { b: Tensor }] }): Tensor =>
      p.w.square().sum().add(p.deep[0].mul(p.deep[1].b));
    const g = grad(loss)({ w: tensor([1, 2]), deep: [3, { b: 4 }] });
    expect(await read(g)).toEqual({ w: [2, 4], deep: [4, { b: 3 }] });
  });

  test('of a list of arguments is a list', async () => {
    const f = (a: Tensor, b: Tensor, c: Tensor): Tensor => a.mul(b).add(c.square());
    expect(await read(grad(f, { argnums: [2, 0] })(2, 3, 5))).toEqual([10, 3]);
    expect(await read(grad(f, { argnums: 1 })(2, 3, 5))).toBe(2);
  });

  test('gives zeros of its shape for what the result does not depend on', async () => {
    const g = grad((p: { used: Tensor; unused: Tensor }) => p.used.sum())({
      used: ones([2]),
      unused: ones([2, 3]),
    });
    expect(await read(g)).toEqual({
      used: [1, 1],
      unused: [
        [0, 0, 0],
        [0, 0, 0],
      ],
    });
    expect(await read(grad((_: Tensor) => 7)(tensor([1, 2])))).toEqual([0, 0]);
    expect(await read(grad((x) => stopGradient(x).sum())(tensor([1, 2])))).toEqual([0, 0]);
  });

  test('leaves keys and other values in the tree as they are', async () => {
    const k = key(0);
    const g = grad((p: { w: Tensor; name: string; k: typeof k }) => p.w.square())({
      w: 3,
      name: 'weight',
      k,
    });
    expect(g.name).toBe('weight');
    expect(g.k).toBe(k);
    expect(await g.w.item()).toBe(6);
  });

  test('takes derivatives of derivatives of derivatives', async () => {
    let f: (x: Tensor) => Tensor = (x) => x.pow(6);
    for (const want of [6, 30, 120, 360, 720, 720, 0]) {
      const once = f;
      f = (x) => grad(once)(x);
      expect(await f(tensor(1)).item()).toBeCloseTo(want, 8);
    }
  });

  test('of anything but a scalar is an error', () => {
    expect(() => grad((x) => x.mul(2))(tensor([1, 2]))).toThrow(
      'grad: the function must return a scalar, got shape [2]',
    );
    // @ts-expect-error a tree is no scalar
    expect(() => grad((x) => [x, x])(1)).toThrow('grad: the function must return one scalar, got a tree of 2 tensors');
    // @ts-expect-error nothing is no scalar
    expect(() => grad(() => undefined)(1)).toThrow('grad: the function must return tensors, got undefined');
    // @ts-expect-error a promise is no scalar
    expect(() => grad(async (x) => x)(1)).toThrow('grad: the function must return tensors, got a Promise');
  });

  test('speaks of argnums that do not fit', () => {
    const f = (a: Tensor, b: Tensor): Tensor => a.mul(b);
    expect(() => grad(f, { argnums: 2 })(1, 2)).toThrow('grad: argnums must be integers from 0 to 1, got 2');
    expect(() => grad(f, { argnums: [0, 0] })(1, 2)).toThrow('grad: argnums must differ, got [0, 0]');
    // @ts-expect-error an argument is missing
    expect(() => grad((x) => x)()).toThrow('grad: an argument to differentiate by is needed, got none');
    expect(() => grad((x: string) => tensor(x.length))('abc')).toThrow(
      "grad: an argument to differentiate by must be a tensor, a number or a tree of them, got 'abc'",
    );
  });

  test('is typed by its argument', () => {
    const g = grad((p: { w: Tensor }, x: Tensor) => p.w.mul(x).sum())({ w: tensor([1]) }, 2);
    const w: Tensor = g.w;
    // @ts-expect-error there is no such weight
    expect(g.b).toBeUndefined();
    expect(w.shape).toEqual([1]);
  });
});

describe('valueAndGrad', () => {
  test('gives the value beside the gradient', async () => {
    const [y, g] = valueAndGrad((x: Tensor) => x.square().sum())(tensor([1, 2]));
    expect(await y.item()).toBe(5);
    expect(await g.array()).toEqual([2, 4]);
  });
});

describe('gradients', () => {
  test('of several outputs with cotangents is their weighted sum', async () => {
    const x = tensor([1, 2]);
    const [g] = gradients([x.square(), x.sum()], x, { cotangents: [tensor([10, 100]), 5] });
    expect(await g!.array()).toEqual([25, 405]);
  });

  test('of intermediate results counts what comes after them', async () => {
    const x = tensor(2);
    const h = x.square();
    const [gh, gx] = gradients(h.mul(x), [h, x]);
    expect(await read([gh, gx])).toEqual([2, 12]);
  });

  test('of a loss that is not back-propagated leaves the others alone', async () => {
    const x = tensor(3);
    const [first, second] = [x.square(), x.mul(2)];
    expect(await gradients([first, second], x)[0]!.item()).toBe(8);
    expect(await gradients(first, x)[0]!.item()).toBe(6);
  });

  test('of two tensors that were made alike are two', async () => {
    const [a, b] = [zeros([2]), zeros([2])];
    const [ga, gb] = gradients(a.mul(3).add(b).sum(), [a, b]);
    expect(await read([ga, gb])).toEqual([
      [3, 3],
      [1, 1],
    ]);
  });

  test('speaks of what is missing', () => {
    const x = tensor([1, 2]);
    expect(() => gradients(x.mul(2), x)).toThrow(
      'gradients: only a scalar has a default cotangent, got an output of shape [2]',
    );
    expect(() => gradients(x.mul(2), x, { cotangents: tensor([1]) })).toThrow(
      'gradients: the cotangent must have shape [2], got [1]',
    );
    expect(() => gradients([x.sum(), x.sum()], x, { cotangents: [1] })).toThrow(
      'gradients: each of 2 outputs needs a cotangent, got 1',
    );
    // @ts-expect-error a number has no history
    expect(() => gradients(x.sum(), 1)).toThrow('gradients: an input must be a tensor, got 1');
  });

  test('through a realised tensor are an error, not zeros', async () => {
    const x = tensor([1, 2]);
    const h = await realize(x.square());
    expect(() => gradients(h.sum(), x)).toThrow(
      /^gradients: an output depends on an input through a tensor that realize\(\)/,
    );
    expect(() => grad((z) => z.mul(h).sum())(x)).not.toThrow();
  });

  test('do not see whether a value has been read', async () => {
    const x = tensor([1, 2]);
    const h = x.square();
    await h.data();
    expect(await gradients(h.sum(), x)[0]!.array()).toEqual([2, 4]);
  });
});

test('the gradient of a sum of functions is the sum of the gradients', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 }),
      async (xs) => {
        const x = tensor(xs);
        const [f, h] = [(t: Tensor) => t.sin().mul(t).sum(), (t: Tensor) => t.exp().norm()];
        await expectSame(grad((t: Tensor) => f(t).add(h(t)))(x), grad(f)(x).add(grad(h)(x)));
      },
    ),
    { numRuns: 30 },
  );
});
