import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import * as c from '../../src/index.ts';
import {
  checkpoint,
  customVjp,
  grad,
  hostCall,
  jvp,
  key,
  random,
  setDevice,
  stack,
  tensor,
  vmap,
  type Tensor,
} from '../../src/index.ts';
import { expectSame, read } from './support.ts';

await setDevice('reference');

/** Numbers inside an entry's domain, away from kinks and whole numbers. */
function inside([low, high]: readonly [number, number], n: number, seed: number): number[] {
  const [from, to] = [Math.max(low, -2), Math.min(high, 2.4)];
  return Array.from(
    { length: n },
    (_, i) => from + (to - from) * (0.07 + 0.86 * Math.abs(Math.sin(17 * (i + 1) + seed))),
  );
}

const ops = c as unknown as Record<string, (...xs: Tensor[]) => Tensor>;

/** vmap(f) over the first axis of every input against f on each slice. */
async function expectLoop(f: (...xs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Promise<void> {
  const n = inputs[0]!.shape[0]!;
  const loop = stack(Array.from({ length: n }, (_, i) => f(...inputs.map((x) => x.at(i)))));
  await expectSame(vmap(f)(...inputs), loop, 1e-12);
}

/** Each operation that is not elementwise, with the shapes of one example. */
const structural: readonly (readonly [string, readonly (readonly number[])[], (...xs: Tensor[]) => Tensor])[] = [
  ['sum', [[2, 3]], (x) => x.sum({ axis: 1 })],
  ['mean', [[2, 3]], (x) => x.mean()],
  ['prod', [[2, 3]], (x) => x.prod({ axis: 0 })],
  ['max', [[2, 3]], (x) => x.max({ axis: 1, keepDims: true })],
  ['min', [[2, 3]], (x) => x.min()],
  ['logSumExp', [[2, 3]], (x) => x.logSumExp({ axis: 1 })],
  ['variance', [[2, 3]], (x) => x.variance({ axis: 1 })],
  ['std', [[2, 3]], (x) => x.std()],
  ['norm', [[2, 3]], (x) => x.norm({ axis: 0 })],
  ['argMax', [[2, 3]], (x) => x.argMax({ axis: 1 })],
  ['argMin', [[2, 3]], (x) => x.argMin()],
  ['cumsum', [[2, 3]], (x) => x.cumsum({ axis: 1 })],
  [
    'matmul',
    [
      [2, 3],
      [3, 2],
    ],
    (a, b) => a!.matmul(b!),
  ],
  ['matmul of vectors', [[3], [3]], (a, b) => a!.matmul(b!)],
  [
    'einsum',
    [
      [2, 3],
      [3, 2],
    ],
    (a, b) => c.einsum('ij,jk->ki', a!, b!),
  ],
  [
    'conv2d',
    [
      [2, 2, 5, 5],
      [4, 1, 3, 3],
    ],
    (x, w) => x!.conv2d(w!, { stride: 2, padding: 1, groups: 2 }),
  ],
  [
    'convTranspose2d',
    [
      [1, 2, 3, 3],
      [2, 1, 2, 2],
    ],
    (x, w) => x!.convTranspose2d(w!, { stride: 2 }),
  ],
  ['maxPool2d', [[1, 1, 4, 4]], (x) => x.maxPool2d({ size: 2 })],
  ['avgPool2d', [[1, 1, 4, 4]], (x) => x.avgPool2d({ size: 3, stride: 1, padding: 1 })],
  ['layerNorm', [[2, 3]], (x) => x.layerNorm()],
  ['reshape', [[2, 3]], (x) => x.reshape([3, -1])],
  ['permute', [[2, 3, 1]], (x) => x.permute([2, 0, 1])],
  ['transpose', [[2, 3]], (x) => x.transpose()],
  ['broadcastTo', [[1, 3]], (x) => x.broadcastTo([2, 2, 3])],
  ['squeeze', [[2, 1, 3]], (x) => x.squeeze()],
  ['unsqueeze', [[2]], (x) => x.unsqueeze([0, 2])],
  ['slice', [[4, 3]], (x) => x.slice([1, 0], [-1, 2])],
  [
    'pad',
    [[2, 3]],
    (x) =>
      x.pad(
        [
          [1, 0],
          [0, 2],
        ],
        { value: 7 },
      ),
  ],
  ['flip', [[2, 3]], (x) => x.flip({ axis: 1 })],
  [
    'concat',
    [
      [2, 3],
      [2, 1],
    ],
    (a, b) => c.concat([a!, b!, a!], { axis: 1 }),
  ],
  ['stack', [[3], [3]], (a, b) => c.stack([a!, b!], { axis: 1 })],
  ['split', [[4]], (x) => (c.split(x, 2) as Tensor[])[1]!],
  ['at', [[3, 2]], (x) => x.at(-1)],
  [
    'gather',
    [[3, 2]],
    (x) =>
      x.gather(
        tensor([
          [2, 0],
          [1, 1],
        ]),
        { axis: 0 },
      ),
  ],
  ['take', [[3, 2]], (x) => x.take(tensor([2, 0, 0]))],
  ['scatterAdd', [[3], [2]], (x, u) => x!.scatterAdd(tensor([2, 2]), u!)],
  ['sort', [[4]], (x) => c.concat(x.sort())],
  ['topK', [[4]], (x) => c.concat(x.topK(2))],
  ['softmax', [[2, 3]], (x) => x.softmax({ axis: 0 })],
  ['logSoftmax', [[2, 3]], (x) => x.logSoftmax()],
  ['oneHot', [[2]], (x) => c.oneHot(x.greater(0), 2)],
  ['mse', [[3], [3]], (a, b) => a!.mse(b!)],
  ['huber', [[3], [3]], (a, b) => a!.mul(3).huber(b!)],
  ['crossEntropy', [[2, 3]], (x) => x.crossEntropy(tensor([2, 0]))],
  ['bceWithLogits', [[3], [3]], (a, b) => a!.bceWithLogits(b!.sigmoid())],
  ['full', [[]], (x) => c.full([2], x)],
];

describe('vmap is the loop', () => {
  for (const name of Object.keys(table) as ElementwiseName[])
    test(name, async () => {
      const { arity, domain } = table[name];
      const inputs = Array.from({ length: arity }, (_, i) => tensor(inside(domain[i]!, 12, i), { shape: [3, 4] }));
      const f = ops[name]!;
      await expectLoop(f, inputs);
      await expectLoop((...xs) => grad((...ys: Tensor[]) => f(...ys).sum(), { argnums: arity - 1 })(...xs), inputs);
    });

  for (const [name, shapes, f] of structural)
    test(`${name}, and its derivatives by both modes`, async () => {
      const inputs = shapes.map((s, i) =>
        tensor(inside([-2, 2], 3 * s.reduce((a, b) => a * b, 1), i), { shape: [3, ...s] }),
      );
      await expectLoop(f, inputs);
      await expectLoop(
        (...xs) =>
          grad((x: Tensor) =>
            f(x, ...xs.slice(1))
              .square()
              .sum(),
          )(xs[0]!),
        inputs,
      );
      await expectLoop((...xs) => jvp((x: Tensor) => f(x, ...xs.slice(1)), [xs[0]!], [xs[0]!.square()])[1], inputs);
    });

  test('checkpoint, customVjp, hostCall and transformations inside', async () => {
    const x = tensor(inside([-2, 2], 6, 1), { shape: [3, 2] });
    const w = tensor([2, 3]);
    const softened = customVjp(
      (t: Tensor) => t.square(),
      (g, y, t) => g.mul(t).add(y),
    );
    const fs: ((t: Tensor) => Tensor)[] = [
      checkpoint((t: Tensor) => t.mul(w).sin().exp()),
      (t) => grad((s: Tensor) => checkpoint((r: Tensor) => r.mul(w).sin().exp())(s).sum())(t),
      (t) => grad((s: Tensor) => softened(s).sum())(t),
      (t) => hostCall((a, b) => a.map((v, i) => v * b[i]! + 1), [t, w], [2]),
      (t) => jvp((s: Tensor) => s.tanh(), [t], [w])[1],
      (t) => vmap((s: Tensor) => s.mul(w).sum())(t.unsqueeze(1).mul(w)),
      (t) => c.hessian((s: Tensor) => s.sin().prod())(t),
      (t) => c.stopGradient(t).mul(t),
    ];
    for (const f of fs) await expectLoop(f, [x]);
  });
});

describe('vmap', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('takes examples from any axis, shares what is null, and puts results where one likes', async () => {
    expect(await vmap((r: Tensor) => r.sum(), { inAxes: 1 })(x).array()).toEqual([5, 7, 9]);
    const f = (r: Tensor, w: Tensor): Tensor => r.mul(w);
    expect(await vmap(f, { inAxes: [0, null], outAxes: 1 })(x, tensor([1, 10, 100])).array()).toEqual([
      [1, 4],
      [20, 50],
      [300, 600],
    ]);
    expect(await vmap(f, { inAxes: [-1, null] })(x, 2).array()).toEqual([
      [2, 8],
      [4, 10],
      [6, 12],
    ]);
  });

  test('follows trees in and out', async () => {
    const f = (p: { a: Tensor; b: [Tensor] }, s: Tensor): { y: Tensor; z: [Tensor] } => ({
      y: p.a.mul(p.b[0]),
      z: [s],
    });
    const mapped = vmap(f, { inAxes: [{ a: 1, b: [null] }, null], outAxes: { y: 0, z: [0] } });
    expect(await read(mapped({ a: x, b: [10] }, 7))).toEqual({
      y: [
        [10, 40],
        [20, 50],
        [30, 60],
      ],
      z: [[7, 7, 7]],
    });
  });

  test('of results that do not depend on the example repeats them', async () => {
    expect(await vmap((_: Tensor) => tensor([1, 2]))(x).array()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('of no examples gives no results', () => {
    expect(vmap((r: Tensor) => r.sin().sum())(tensor([], { shape: [0, 3] })).shape).toEqual([0]);
  });

  test('draws differ from one example to the next, and are those of the key', async () => {
    const draw = (): Tensor => vmap((r: Tensor) => random.uniform(key(1), [2]).add(r.mul(0)))(tensor([0, 0, 0]));
    const rows = (await draw().array()) as number[][];
    expect(new Set(rows.flat()).size).toBe(6);
    expect(await draw().array()).toEqual(rows);
  });

  test('draws have nothing in common with those of keys that were split off or folded', async () => {
    const k = key(1);
    const mapped = vmap((r: Tensor) => random.uniform(k, [4]).add(r.mul(0)))(tensor([0, 0, 0]));
    const own = [...c.split(k, 3), k].map((s) => random.uniform(s, [4]));
    const all = [...(await mapped.data()), ...(await c.concat(own).data())];
    expect(new Set(all).size).toBe(all.length);
  });

  test('nested draws differ at every place', async () => {
    const grid = vmap((r: Tensor) => vmap((s: Tensor) => random.uniform(key(1)).add(s.mul(0)))(r))(
      tensor([
        [0, 0],
        [0, 0],
      ]),
    );
    expect(new Set(await grid.data()).size).toBe(4);
  });

  test('a draw made outside is shared', async () => {
    const u = random.uniform(key(1));
    const [a, b] = (await vmap((s: Tensor) => s.mul(0).add(u))(tensor([0, 0])).array()) as number[];
    expect(a).toBe(b);
  });

  test('commutes with grad', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
        async (a) => {
          const xs = tensor(a, { shape: [2, 2] });
          const f = (t: Tensor): Tensor => t.sin().prod();
          await expectSame(vmap((t: Tensor) => grad(f)(t))(xs), grad((t: Tensor) => vmap(f)(t).sum())(xs));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('speaks of axes that do not fit', () => {
    const f = (a: Tensor, b: Tensor): Tensor => a.add(b);
    expect(() => vmap(f)(x, 1)).toThrow('vmap: a scalar has no axis to map; give it null in inAxes');
    expect(() => vmap(f)(x, tensor([1, 2, 3]))).toThrow('vmap: the mapped axes must have one size, got 2 and 3');
    expect(() => vmap(f, { inAxes: null })(x, x)).toThrow(
      'vmap: at least one argument must be mapped, got null for all in inAxes',
    );
    expect(() => vmap(f, { inAxes: 2 })(x, x)).toThrow('vmap: axis must be an integer from -2 to 1, got 2');
    expect(() => vmap(f, { inAxes: [0] })(x, x)).toThrow(
      'vmap: inAxes must be a number, null or a list of 2 of these, got [0]',
    );
    expect(() => vmap(f, { outAxes: null })(x, x)).toThrow(
      'vmap: outAxes must be integers, got null for a result of shape [2, 3]',
    );
    // @ts-expect-error tensors are wanted
    expect(() => vmap(() => undefined)(x)).toThrow('vmap: the function must return tensors, got undefined');
  });
});

test('the gradient of a mapped fanOut merges each example by itself, and reads its own input', async () => {
  const h = tensor([
    [1, -1],
    [-1, 1],
    [1, 1],
    [-1, -1],
  ]);
  const f = (x: Tensor): Tensor => {
    const rule = c.signDrop({ draw: tensor([0.5, 0.5]), marginalize: 'none' });
    const [a, b, d] = c.fanOut(x, 3, rule) as Iterable<Tensor> as [Tensor, Tensor, Tensor];
    return a.mul(2).sub(b).add(d.square()).sum();
  };
  const together = grad((x: Tensor) => vmap(f)(x).sum())(h);
  const alone = await Promise.all([0, 1, 2, 3].map((i) => grad(f)(h.at(i)).array()));
  expect(await together.array()).toEqual(alone);
});

describe('vmap over keys', () => {
  const keys = c.split(key(5), 3);
  const draws = (ks: readonly c.Key[]): Tensor => stack(ks.map((k) => random.normal(k, [2])));

  test('takes one of a list for each example, and is the loop', async () => {
    const f = (k: c.Key): Tensor => random.normal(k, [2]);
    await expectSame(vmap(f)(keys), draws(keys));
    await expectSame(vmap((k: c.Key) => f(c.foldIn(k, 7)))(keys), draws(keys.map((k) => c.foldIn(k, 7))));
    await expectSame(vmap((k: c.Key) => f(c.split(k)[1]!))(keys), draws(keys.map((k) => c.split(k)[1]!)));
    await expectSame(c.compile((ks: readonly c.Key[]) => vmap(f)(ks))(keys), draws(keys));
  });

  test('takes them in trees, beside tensors and apart from what all share', async () => {
    const x = tensor([1, 2, 3]);
    const f = (p: { readonly k: c.Key; readonly x: Tensor }, shared: readonly c.Key[]): Tensor =>
      random
        .normal(p.k, [2])
        .mul(p.x)
        .add(random.normal(shared[1]!, [2]).mul(0));
    const mapped = vmap(f, { inAxes: [0, null] })({ k: keys, x }, c.split(key(6)));
    await expectSame(mapped, draws(keys).mul(x.unsqueeze(1)));
    const g = (a: c.Key, b: c.Key): Tensor => random.uniform(a).sub(random.uniform(b));
    expect(await vmap(g)(keys, keys).array()).toEqual([0, 0, 0]);
  });

  test('nests, and passes derivatives', async () => {
    const inner = (k: c.Key): Tensor => vmap((j: c.Key) => random.uniform(j, [2]))(c.split(k, 2));
    const loop = stack(keys.map((k) => stack(c.split(k, 2).map((j) => random.uniform(j, [2])))));
    await expectSame(vmap(inner)(keys), loop);
    const slope = grad((s: Tensor) => vmap((k: c.Key) => random.uniform(k).mul(s))(keys).sum())(2);
    await expectSame(slope, stack(keys.map((k) => random.uniform(k))).sum());
  });

  test('speaks of what does not fit', () => {
    const f = (k: c.Key): Tensor => random.uniform(k);
    expect(() => vmap(f)(key(1))).toThrow('vmap: at least one argument must be mapped');
    expect(() => vmap(f, { inAxes: 1 })(keys)).toThrow('vmap: axis must be an integer from -1 to 0, got 1');
    expect(() => vmap(f, { inAxes: [[0, 0, 0]] })(keys)).toThrow('vmap: inAxes must follow the tree it speaks of');
    expect(() => vmap((k: c.Key, _: Tensor) => f(k))(keys, tensor([1, 2]))).toThrow(
      'vmap: the mapped axes must have one size, got 3 and 2',
    );
    expect(() => vmap((k: c.Key) => c.foldIn(k, 1) as never)(keys)).toThrow(
      'vmap: the function must return tensors, got a key that differs between examples',
    );
  });
});
