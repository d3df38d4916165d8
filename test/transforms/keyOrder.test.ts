import { describe, expect, test } from 'vitest';
import { compile, grad, jvp, setDevice, tensor, vjp, vmap, zipTrees, type Tensor } from '../../src/index.ts';
import { read } from './support.ts';

await setDevice('reference');

interface Two {
  readonly a: Tensor;
  readonly b: Tensor;
}
/** The same tree, written the other way round. */
const ab: Two = { a: tensor([1, 2]), b: tensor([10, 20]) };
const ba: Two = { b: ab.b, a: ab.a };
const f = ({ a, b }: Two): Two => ({ a: a.mul(2), b: b.mul(3) });

describe('the order in which keys are written does not count', () => {
  test('for cotangents and tangents', async () => {
    const [, pullback] = vjp(f, ab);
    const expected = [{ a: [2, 4], b: [30, 60] }];
    expect(await read(pullback(ab))).toEqual(expected);
    expect(await read(pullback(ba))).toEqual(expected);
    expect(await read(jvp(f, [ab], [ba])[1])).toEqual(expected[0]);
  });

  test('for trees that are combined', async () => {
    expect(await read(zipTrees((x, y) => x.sub(y), ab, ba))).toEqual({ a: [0, 0], b: [0, 0] });
  });

  test('for axes', async () => {
    const g = ({ a, b }: Two): Tensor => a.mul(b);
    for (const tree of [ab, ba])
      for (const inAxes of [[{ a: 0, b: null }], [{ b: null, a: 0 }]])
        expect(await vmap(g, { inAxes })(tree).array()).toEqual([
          [10, 20],
          [20, 40],
        ]);
    const h = (x: Tensor): object => ({ z: x, y: x.mul(tensor([1, 1])) });
    const mapped = vmap(h as (x: Tensor) => Two, { outAxes: { y: 1, z: 0 } })(tensor([1, 2, 3]));
    expect(await read(mapped)).toEqual({
      z: [1, 2, 3],
      y: [
        [1, 2, 3],
        [1, 2, 3],
      ],
    });
  });

  test('for what compile traces', async () => {
    const compiled = compile(({ a, b }: Two) => a.sub(b));
    expect(await compiled(ab).array()).toEqual([-9, -18]);
    expect(await compiled(ba).array()).toEqual([-9, -18]);
    expect(compiled.traces).toBe(1);
  });

  test('nor do lists of more than ten trees get out of order', async () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ b: tensor([i, i]), a: tensor([1, 2]) }));
    const sum = vmap((list: readonly Two[]) => list[11]!.b.sub(list[2]!.b), {
      inAxes: [many.map(() => ({ a: 0, b: 0 }))],
    });
    expect(await sum(many).array()).toEqual([9, 9]);
  });
});

test('a result has its keys as the user wrote them', () => {
  const loss = ({ a, b }: Two): Tensor => a.mul(b).sum();
  expect(Object.keys(grad(loss)(ab))).toEqual(['a', 'b']);
  expect(Object.keys(grad(loss)(ba))).toEqual(['b', 'a']);
});
