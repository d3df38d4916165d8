import { describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import * as c from '../../src/index.ts';
import { checkGrads } from '../../src/testing/checkGrads.ts';
import { fanOut, grad, mgda, setDevice, sumLanes, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

const ops = c as unknown as Record<string, (...xs: Tensor[]) => Tensor>;

/**
 * Points inside an entry's domain, away from its kinks, from whole numbers, and from the points of
 * the other inputs.
 */
function inside([low, high]: readonly [number, number], input: number): number[] {
  const [from, to] = [Math.max(low, -1.5), Math.min(high, 2)];
  return [0.31, 0.57, 0.83].map((t) => from + (to - from) * (t + 0.013 * input));
}

describe('each entry of the table has derivatives to the third order that agree with differences', () => {
  for (const name of Object.keys(table) as ElementwiseName[])
    test(name, async () => {
      const { arity, domain } = table[name];
      const xs = Array.from({ length: arity }, (_, i) => tensor(inside(domain[i]!, i)));
      // The condition of where is not moved.
      const [fixed, moving] = name === 'where' ? [xs.slice(0, 1), xs.slice(1)] : [[], xs];
      await checkGrads((...ys: Tensor[]) => ops[name]!(...fixed, ...ys), moving, {
        order: 3,
        tolerance: 1e-5,
        step: 5e-4,
      });
    });
});

describe('checkGrads', () => {
  test('finds a wrong derivative, whatever the order', async () => {
    const wrong = c.customVjp(
      (x: Tensor) => x.square(),
      (g, _, x) => g.mul(x),
    );
    await expect(checkGrads(wrong, [tensor(2)], { modes: ['vjp'] })).rejects.toThrow(
      /^checkGrads: vjp of order 1 gives/,
    );
    const wrongTwice = c.customVjp(
      (x: Tensor) => x.square(),
      (g, _, x) => g.mul(c.stopGradient(x)).mul(2),
    );
    await checkGrads(wrongTwice, [tensor(2)], { modes: ['vjp'], order: 1 });
    await expect(checkGrads(wrongTwice, [tensor(2)], { modes: ['vjp'] })).rejects.toThrow(/vjp of order 2/);
  });

  test('says of a fanOut that its backward pass is not the derivative', async () => {
    const f =
      (rule: c.Rule) =>
      (x: Tensor): Tensor => {
        const [a, b] = fanOut(x, 2, rule) as Iterable<Tensor> as [Tensor, Tensor];
        return a.square().sum().sub(b.mul(3).sum());
      };
    await checkGrads(f(sumLanes()), [tensor([1, 2])]);
    await expect(checkGrads(f(mgda()), [tensor([1, 2])], { modes: ['vjp'] })).rejects.toThrow(
      /there is a fanOut or a customVjp inside, whose backward pass need not be the derivative/,
    );
  });
});

test('every rule of a structural operation has a third derivative that agrees with differences', async () => {
  const x = tensor([
    [0.3, -0.7, 1.1],
    [0.9, 0.2, -0.4],
  ]);
  const w = tensor([
    [0.5, 0.1],
    [-0.3, 0.8],
    [0.6, -0.9],
  ]);
  const functions: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
    (a, b) => a.matmul(b).matmul(a).sin(),
    (a, b) => a.prod({ axis: 1 }).mul(b.prod()),
    (a) =>
      a
        .max({ axis: 0 })
        .mul(a.min({ axis: 1 }).sum())
        .square(),
    (a, b) =>
      c
        .concat([a.square(), b.transpose().mul(a)], { axis: 1 })
        .cumsum({ axis: 1 })
        .pow(2),
    (a) =>
      a
        .take(tensor([0, 1, 0]))
        .pow(3)
        .flip({ axis: 0 }),
    (a, b) => a.scatterAdd(tensor([1, 1]), b.transpose()).pow(3),
    (a) =>
      a
        .pad([
          [1, 0],
          [0, 1],
        ])
        .slice([0, 1])
        .exp()
        .permute([1, 0])
        .mul(2),
    (a, b) =>
      a
        .reshape([1, 1, 2, 3])
        .conv2d(b.reshape([1, 1, 3, 2]), { padding: 1 })
        .square()
        .mul(a.sum()),
    (a) => a.softmax().logSumExp({ axis: 0 }).mul(a.norm()),
    (a, b) => c.vmap((r: Tensor) => grad((s: Tensor) => s.sin().prod())(r).matmul(b))(a),
    (a, b) => c.checkpoint((r: Tensor) => r.matmul(b).tanh())(a),
  ];
  for (const f of functions) await checkGrads(f, [x, w], { order: 3, tolerance: 1e-5, step: 1e-3 });
});
