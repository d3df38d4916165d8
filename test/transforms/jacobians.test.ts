import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  grad,
  gradDrop,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  key,
  linearize,
  setDevice,
  tensor,
  vjp,
  vmap,
  type Tensor,
} from '../../src/index.ts';
import { expectSame, read, shapes } from './support.ts';

await setDevice('reference');

const small = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const vectorOf = (n: number): fc.Arbitrary<number[]> => fc.array(small, { minLength: n, maxLength: n });

/** A function of two matrices that mixes contractions, broadcasting, reductions and curvature. */
const mix = (w: Tensor, x: Tensor): Tensor =>
  w
    .matmul(x.sin())
    .tanh()
    .mul(w.sum({ axis: 1, keepDims: true }))
    .add(x.exp().mean());

describe('Jacobians', () => {
  test('by reverse and by forward mode agree', async () => {
    await fc.assert(
      fc.asyncProperty(vectorOf(6), vectorOf(6), fc.constantFrom(0, 1, [0, 1]), async (a, b, argnums) => {
        const [w, x] = [tensor(a, { shape: [2, 3] }), tensor(b, { shape: [3, 2] })];
        await expectSame(jacrev(mix, { argnums })(w, x), jacfwd(mix, { argnums })(w, x));
      }),
      { numRuns: 20 },
    );
  });

  test('have the shape [...output, ...input] for each tensor of the trees', async () => {
    const f = (p: { a: Tensor; b: Tensor }): [Tensor, { s: Tensor }] => [p.a.unsqueeze(1).mul(p.b), { s: p.a.sum() }];
    for (const jacobian of [jacrev, jacfwd]) {
      const J = jacobian(f)({ a: tensor([1, 2]), b: tensor([3, 4, 5]) });
      expect(shapes(J)).toEqual([{ a: [2, 3, 2], b: [2, 3, 3] }, { s: { a: [2], b: [3] } }]);
      expect(await J[0].a.array()).toEqual([
        [
          [3, 0],
          [4, 0],
          [5, 0],
        ],
        [
          [0, 3],
          [0, 4],
          [0, 5],
        ],
      ]);
      expect(await J[1].s.a.array()).toEqual([1, 1]);
    }
  });

  test('of an input without influence are zeros', async () => {
    for (const jacobian of [jacrev, jacfwd])
      expect(await jacobian((x: Tensor, y: Tensor) => y.mul(2))(tensor([1, 2]), 3).array()).toEqual([0, 0]);
  });

  test('of sizes 0 are empty', () => {
    for (const jacobian of [jacrev, jacfwd]) expect(jacobian((x: Tensor) => x.sin())(tensor([])).shape).toEqual([0, 0]);
  });

  test('rows share the draws of a node whose backward pass is random', async () => {
    const f = (h: Tensor): Tensor => {
      const [a, b] = gradDrop(h, 2, { key: key(3), marginalize: 'none' }) as Iterable<Tensor> as [Tensor, Tensor];
      return a.mul(3).sub(b);
    };
    const x = tensor(Array.from({ length: 12 }, () => 1));
    const pulled = (g: number[]): Tensor => vjp(f, x)[1](tensor(g))[0];
    const J = (await jacrev(f)(x).array()) as number[][];
    for (let i = 0; i < 12; i++) expect(J[i]).toEqual(await pulled(J.map((_, j) => (i === j ? 1 : 0))).array());
  });

  test('of more than 8 axes are an error', () => {
    expect(() => jacrev((x: Tensor) => x.mul(2))(tensor([1], { shape: [1, 1, 1, 1, 1] }))).toThrow(
      'jacrev: rank must be at most 8, got [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]',
    );
  });
});

describe('hessian', () => {
  test('is symmetric, and the Jacobian of the gradient in either mode', async () => {
    const f = (x: Tensor): Tensor =>
      mix(x.reshape([2, 3]), x.reshape([3, 2]))
        .square()
        .sum();
    await fc.assert(
      fc.asyncProperty(vectorOf(6), async (a) => {
        const x = tensor(a);
        const H = hessian(f)(x);
        await expectSame(H, H.transpose(), 1e-8);
        await expectSame(H, jacrev(grad(f))(x), 1e-8);
        await expectSame(H, jacfwd(jacfwd(f))(x), 1e-8);
      }),
      { numRuns: 10 },
    );
  });

  test('of a quadratic form xᵀAx is A + Aᵀ', async () => {
    const A = tensor([
      [1, 2],
      [5, -3],
    ]);
    expect(await hessian((x: Tensor) => x.matmul(A).matmul(x))(tensor([0.3, 0.7])).array()).toEqual([
      [2, 7],
      [7, -6],
    ]);
  });

  test('of a tree is a tree of trees', async () => {
    const H = hessian((p: { a: Tensor; b: Tensor }) => p.a.square().mul(p.b).sum())({
      a: tensor([1, 2]),
      b: 3,
    });
    expect(await read(H)).toEqual({
      a: {
        a: [
          [6, 0],
          [0, 6],
        ],
        b: [2, 4],
      },
      b: { a: [2, 4], b: 0 },
    });
  });

  test('of a vmap of a grad', async () => {
    const f = (x: Tensor): Tensor => vmap((y: Tensor) => grad((z: Tensor) => z.pow(4).sum())(y))(x).sum();
    const H = hessian(f)(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    const want = [1, 2, 3, 4].map((x, i) => [0, 1, 2, 3].map((j) => (i === j ? 24 * x : 0)));
    expect(await H.reshape([4, 4]).array()).toEqual(want);
  });
});

describe('hvp', () => {
  test('is the Hessian times the vector', async () => {
    const f = (x: Tensor): Tensor =>
      mix(x.reshape([2, 3]), x.reshape([3, 2]))
        .square()
        .sum();
    await fc.assert(
      fc.asyncProperty(vectorOf(6), vectorOf(6), async (a, b) => {
        const [x, v] = [tensor(a), tensor(b)];
        await expectSame(hvp(f, [x], [v]), hessian(f)(x).matmul(v), 1e-8);
      }),
      { numRuns: 10 },
    );
  });

  test('with several arguments gives a list, of the whole Hessian', async () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.square().mul(y);
    // H = [[2y, 2x], [2x, 0]]
    expect(await read(hvp(f, [2, 3], [1, 10]))).toEqual([6 + 40, 4]);
  });

  test('speaks in its own name', () => {
    expect(() => hvp((x: Tensor) => x.mul(2), [tensor([1, 2])], [tensor([1, 2])])).toThrow(
      'hvp: the function must return a scalar, got shape [2]',
    );
    expect(() => hvp((x: Tensor) => x.sum(), [tensor([1, 2])], [tensor([1])])).toThrow(
      'hvp: the tangent must have shape [2], got [1]',
    );
    // @ts-expect-error lists are wanted
    expect(() => hvp((x: Tensor) => x, 1, 1)).toThrow('hvp: the primals must be a list with one for each argument');
  });
});

describe('vjp, jvp and linearize', () => {
  test('are duals: ⟨g, J t⟩ = ⟨Jᵀ g, t⟩', async () => {
    await fc.assert(
      fc.asyncProperty(vectorOf(6), vectorOf(6), vectorOf(6), vectorOf(6), vectorOf(4), async (a, b, c, d, e) => {
        const [w, x] = [tensor(a, { shape: [2, 3] }), tensor(b, { shape: [3, 2] })];
        const [tw, tx] = [tensor(c, { shape: [2, 3] }), tensor(d, { shape: [3, 2] })];
        const g = tensor(e, { shape: [2, 2] });
        const [, pullback] = vjp(mix, w, x);
        const [gw, gx] = pullback(g);
        const [, t] = jvp(mix, [w, x], [tw, tx]);
        await expectSame(g.mul(t).sum(), gw.mul(tw).sum().add(gx.mul(tx).sum()));
      }),
      { numRuns: 20 },
    );
  });

  test('give the value, and a pullback that may be called again', async () => {
    const [y, pullback] = vjp((a: Tensor, p: { b: Tensor }) => ({ s: a.mul(p.b), k: [a] }), 2, { b: 3 });
    expect(await read(y)).toEqual({ s: 6, k: [2] });
    expect(await read(pullback({ s: 1, k: [0] }))).toEqual([3, { b: 2 }]);
    expect(await read(pullback({ s: 0, k: [10] }))).toEqual([10, { b: 0 }]);
  });

  test('linearize gives the same tangents as jvp', async () => {
    const x = tensor([0.2, 0.4]);
    const [y, push] = linearize((t: Tensor) => t.sin().mul(t), x);
    const v = tensor([1, -1]);
    const [y2, t] = jvp((z: Tensor) => z.sin().mul(z), [x], [v]);
    await expectSame([y, push(v)], [y2, t]);
    await expectSame(push(v.mul(3)), t.mul(3));
  });

  test('a zero tangent is a tensor of zeros', async () => {
    expect(await jvp((_: Tensor) => tensor([1, 2]), [1], [1])[1].array()).toEqual([0, 0]);
  });

  test('speak of what does not fit', () => {
    const f = (p: { a: Tensor }): Tensor => p.a.mul(2);
    const x = { a: tensor([1, 2]) };
    expect(() => vjp(f, x)[1](tensor([1]))).toThrow('vjp: the cotangent must have shape [2], got [1]');
    expect(() => jvp(f, [x], [{ a: tensor([1]) }])).toThrow('jvp: the tangent must have shape [2], got [1]');
    // @ts-expect-error another tree
    expect(() => jvp(f, [x], [tensor([1])])).toThrow('jvp: the tangent must have the structure [{"a":*}], got [*]');
    // @ts-expect-error lists are wanted
    expect(() => jvp(f, x, x)).toThrow('jvp: the primals must be a list with one for each argument');
  });
});
