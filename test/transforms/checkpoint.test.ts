import { describe, expect, test } from 'vitest';
import { checkGrads } from '../../src/testing/checkGrads.ts';
import { topological } from '../../src/graph/walk.ts';
import type { Node } from '../../src/graph/node.ts';
import {
  checkpoint,
  grad,
  gradDrop,
  gradients,
  jvp,
  key,
  random,
  setDevice,
  tensor,
  vmap,
  type Tensor,
} from '../../src/index.ts';
import { expectSame, read } from './support.ts';

await setDevice('reference');

const x = tensor([0.3, -0.7, 1.1]);
const w = tensor([2, 0.5, -1]);

/** Three layers that close over a weight and over a constant. */
const plain = (t: Tensor): Tensor => t.mul(w).sin().exp().mul(t).tanh().add(3);
const again = checkpoint(plain);

describe('checkpoint', () => {
  test('changes no value and no derivative', async () => {
    const loss =
      (f: (t: Tensor) => Tensor) =>
      (t: Tensor): Tensor =>
        f(t).square().sum();
    await expectSame(again(x), plain(x));
    await expectSame(grad(loss(again))(x), grad(loss(plain))(x));
    await expectSame(jvp(again, [x], [w])[1], jvp(plain, [x], [w])[1]);
    const second = (f: (t: Tensor) => Tensor): Tensor => grad((t: Tensor) => grad(loss(f))(t).square().sum())(x);
    await expectSame(second(again), second(plain));
    const third = (f: (t: Tensor) => Tensor): Tensor =>
      grad((s: Tensor) =>
        grad((t: Tensor) => grad(loss(f))(t).square().sum())(s)
          .sin()
          .sum(),
      )(x);
    await expectSame(third(again), third(plain));
    const mapped = (f: (t: Tensor) => Tensor): Tensor =>
      vmap((t: Tensor) => grad(loss(f))(t))(x.unsqueeze(0).mul(tensor([[1], [2]])));
    await expectSame(mapped(again), mapped(plain));
    await checkGrads((t: Tensor) => again(again(t)), [x], { order: 3 });
  });

  test('lets derivatives through to what the function closes over', async () => {
    await expectSame(gradients(again(x).sum(), w), gradients(plain(x).sum(), w));
    const nested = checkpoint((t: Tensor) => again(t).add(again(t.mul(w))));
    await expectSame(
      gradients(nested(x).sum(), [x, w]),
      gradients(
        plain(x)
          .add(plain(x.mul(w)))
          .sum(),
        [x, w],
      ),
    );
  });

  test('works on trees, on several results, and on results that are arguments', async () => {
    const f = (p: { a: Tensor; b: Tensor }): { s: Tensor; same: Tensor; c: Tensor } => ({
      s: p.a.mul(p.b).sin(),
      same: p.a,
      c: tensor(1),
    });
    const y = checkpoint(f)({ a: x, b: 2 });
    await expectSame(y, f({ a: x, b: tensor(2) }));
    const loss =
      (g: typeof f) =>
      (p: { a: Tensor; b: Tensor }): Tensor => {
        const r = g(p);
        return r.s.sum().add(r.same.mul(w).sum()).add(r.c);
      };
    expect(await read(grad(loss(checkpoint(f)))({ a: x, b: 2 }))).toEqual(await read(grad(loss(f))({ a: x, b: 2 })));
  });

  test('draws the same numbers again, and other ones for each example of a vmap', async () => {
    const noisy = (t: Tensor): Tensor => t.mul(random.uniform(key(5), [3])).exp();
    await expectSame(grad((t: Tensor) => checkpoint(noisy)(t).sum())(x), grad((t: Tensor) => noisy(t).sum())(x));
    const each = (f: (t: Tensor) => Tensor): Tensor =>
      grad((s: Tensor) => vmap(f)(s).sum())(x.unsqueeze(0).mul(tensor([[1], [2]])));
    await expectSame(each(checkpoint(noisy)), each(noisy));
  });

  test('keeps the merge of lanes inside', async () => {
    const f = (t: Tensor): Tensor => {
      const [a, b] = gradDrop(t.sin(), 2, { key: key(2), marginalize: 'none' }) as Iterable<Tensor> as [Tensor, Tensor];
      return a.mul(2).sub(b);
    };
    await expectSame(grad((t: Tensor) => checkpoint(f)(t).sum())(x), grad((t: Tensor) => f(t).sum())(x));
  });

  test('computes the intermediate values again, after the cotangent is there', () => {
    const count = (y: Tensor, op: string): { all: Node[]; late: Node[] } => {
      const order = topological([y.node], () => false);
      const late = new Set<Node>();
      for (const n of order) if (n.op === 'barrier' || n.inputs.some((i) => late.has(i))) late.add(n);
      const all = order.filter((n) => n.op === 'elementwise' && (n.attrs as { name: string }).name === op);
      return { all, late: all.filter((n) => late.has(n)) };
    };
    const g = grad((t: Tensor) => checkpoint((s: Tensor) => s.sin().exp().sum())(t))(x);
    const { all, late } = count(g, 'exp');
    expect(all.length).toBe(1);
    expect(late).toEqual(all);
    expect(count(grad((t: Tensor) => t.sin().exp().sum())(x), 'exp').late).toEqual([]);
  });
});
