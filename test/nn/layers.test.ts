import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fanOut,
  grad,
  key,
  nn,
  setDevice,
  split,
  sumLanes,
  tensor,
  vmap,
  zeros,
  type Key,
  type Tensor,
} from '../../src/index.ts';
import { checkGrads } from '../../src/testing/checkGrads.ts';
import { expectSame } from '../transforms/support.ts';
import { hoeffding, waves } from './support.ts';

await setDevice('reference');

const size = fc.integer({ min: 1, max: 4 });

describe('linear', () => {
  test('is x Wᵀ + b over the last axis, whatever axes come before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 2 }), size, size, async (lead, inputs, outputs) => {
        const [weight, bias, x] = [waves([outputs, inputs]), waves([outputs], 3), waves([...lead, inputs], 5)];
        const [w, b, xs] = (await Promise.all([weight, bias, x].map((t) => t.data()))).map((d) => [
          ...d,
        ]) as number[][] as [number[], number[], number[]];
        const want = Array.from({ length: (xs.length / inputs) * outputs }, (_, at) => {
          const [row, o] = [Math.floor(at / outputs), at % outputs];
          return w.slice(o * inputs, (o + 1) * inputs).reduce((sum, v, i) => sum + v * xs[row * inputs + i]!, b[o]!);
        });
        await expectSame(nn.linear({ weight, bias }, x), tensor(want, { shape: [...lead, outputs] }));
        await expectSame(nn.linear({ weight }, x), nn.linear({ weight, bias: zeros([outputs]) }, x));
      }),
      { numRuns: 30 },
    );
  });

  test('with lanes is a layer for each of them', async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.array(size, { maxLength: 2 }), size, size, async (lanes, rest, inputs, outputs) => {
        const params = nn.linear.init(key(1), inputs, outputs, { lanes });
        const x = waves([lanes, ...rest, inputs]);
        const y = nn.linear(params, x);
        expect(y.shape).toEqual([lanes, ...rest, outputs]);
        for (let l = 0; l < lanes; l++)
          await expectSame(y.at(l), nn.linear({ weight: params.weight.at(l), bias: params.bias!.at(l) }, x.at(l)));
        await expectSame(y, vmap((p: nn.Affine, h: Tensor) => nn.linear(p, h))(params as never, x));
      }),
      { numRuns: 20 },
    );
  });

  test('with lanes is one contraction', () => {
    const params = nn.linear.init(key(1), 3, 2, { lanes: 40 });
    const seen = new Set<string>();
    const ops: string[] = [];
    const visit = (n: Tensor['node']): void => {
      if (seen.has(String(n.id))) return;
      seen.add(String(n.id));
      ops.push(n.op);
      n.inputs.forEach(visit);
    };
    visit(nn.linear(params, waves([40, 5, 3])).node);
    expect(ops.filter((op) => op === 'contract')).toHaveLength(1);
  });
});

test('conv2d gives what PyTorch 2.13 gives', async () => {
  const params = { weight: waves([4, 1, 3, 2]), bias: waves([4], 3) };
  const y = nn.conv2d(params, waves([1, 2, 4, 3], 1), { stride: 2, padding: 1, groups: 2 });
  const want = [
    -0.9772252318540964, 0.53833468205259, -0.3048656823847006, -1.5077417606730836, -0.5102472857395488,
    -1.6939565657850824, -0.863460034183274, 0.007931217004414126, -0.18882879786157092, 2.2185116203727255,
    1.178902533657522, 0.17019132555357985, 1.1252917886047473, -0.6818495165081411, 0.20602120702491888,
    0.894972526728229,
  ];
  await expectSame(y, tensor(want, { shape: [1, 4, 2, 2] }), 1e-12);
});

test('a layer made without a bias has none', async () => {
  const x = waves([1, 2, 4, 3]);
  const conv = nn.conv2d.init(key(1), 2, 3, [2, 3], { bias: false });
  expect(Object.keys(conv)).toEqual(['weight']);
  await expectSame(nn.conv2d(conv, x), nn.conv2d({ ...conv, bias: zeros([3]) }, x));
  expect(Object.keys(nn.linear.init(key(1), 2, 3, { bias: false, lanes: 4 }))).toEqual(['weight']);
});

describe('norms', () => {
  const affine = (weight: number[], bias: number[]): Required<nn.Affine> => ({
    weight: tensor(weight),
    bias: tensor(bias),
  });

  test('batchNorm and its running averages are those of PyTorch 2.13', async () => {
    const params = affine([2, 0.5], [1, -1]);
    const x = waves([2, 2, 1, 2]);
    const [y, state] = nn.batchNorm(params, nn.batchNorm.init(2).state, x, { train: true, momentum: 0.3 });
    const trained = [
      2.4108328614633328, 0.41971832814556415, -1.4597181300557, -0.759597898221916, 3.166099169897065,
      -1.9966503595059624, -1.4848094756495591, -0.29587449607282484,
    ];
    await expectSame(y, tensor(trained, { shape: x.shape }), 1e-12);
    await expectSame(
      state,
      {
        mean: tensor([0.16441823174658915, -0.13391009011314273]),
        variance: tensor([0.7691981042437489, 0.8207784341476431]),
      },
      1e-12,
    );
    const [z, same] = nn.batchNorm(params, state, x, { train: false });
    const evaluated = [
      2.543940566945377, 1.5996536530049648, -1.451277967239214, -1.0266301392309995, 2.9021259348185553,
      0.4536897755766475, -1.4664967609888642, -0.7453653984543869,
    ];
    await expectSame(z, tensor(evaluated, { shape: x.shape }), 1e-12);
    expect(same).toBe(state);
  });

  test('groupNorm and layerNorm are those of PyTorch 2.13', async () => {
    const grouped = nn.groupNorm(affine([1, 2, 3, 4], [0, 1, 0, -1]), waves([1, 4, 2]), { groups: 2 });
    const want = [
      1.1957932886171723, 0.5827343267037353, -1.9176774753256989, 0.36062224468388315, 3.899509745610159,
      -0.5995092223931084, -6.850109435872338, 0.45010873824960346,
    ];
    await expectSame(grouped, tensor(want, { shape: [1, 4, 2] }), 1e-12);
    const layer = nn.layerNorm(affine([1, 2, 3], [0, 1, -1]), waves([2, 3]));
    const rows = [
      0.9597941219751923, 1.8391732533137715, -5.138142245896235, -0.8050705621579786, 3.8188662575287946,
      -2.813087699819256,
    ];
    await expectSame(layer, tensor(rows, { shape: [2, 3] }), 1e-12);
  });

  test('groupNorm of one group of an image sees neither scale nor shift of an example', async () => {
    const params = nn.groupNorm.init(4);
    const x = waves([2, 4, 3, 3]);
    const options = { groups: 1, eps: 0 };
    await expectSame(nn.groupNorm(params, x.mul(7).add(3), options), nn.groupNorm(params, x, options));
  });

  test('the running averages of batchNorm come to the moments of what they see', async () => {
    const { params, state: first } = nn.batchNorm.init(1);
    let state = first;
    const x = tensor([1, 2, 3, 6], { shape: [4, 1] });
    for (let i = 0; i < 300; i++) [, state] = nn.batchNorm(params, state, x, { train: true });
    await expectSame(state, { mean: tensor([3]), variance: tensor([14 / 3]) });
  });

  test('the next state of batchNorm has no derivative', async () => {
    const { params, state } = nn.batchNorm.init(2);
    const loss = (x: Tensor): Tensor => {
      const [y, next] = nn.batchNorm(params, state, x, { train: true });
      return y.square().sum().add(next.mean.sum()).add(next.variance.sum());
    };
    const without = (x: Tensor): Tensor => nn.batchNorm(params, state, x, { train: true })[0].square().sum();
    await expectSame(grad(loss)(waves([3, 2])), grad(without)(waves([3, 2])));
  });

  test('batchNorm below and above a fan-out is what it is without', async () => {
    const x = waves([5, 3]);
    const { params, state } = nn.batchNorm.init(3);
    const norm = (h: Tensor): Tensor => nn.batchNorm(params, state, h, { train: true })[0];
    const heads = [waves([3], 1), waves([3], 2)];
    const apart = (x: Tensor): Tensor => {
      const lanes = fanOut(norm(x), 2, sumLanes());
      // Each lane has statistics of its own.
      const each = vmap(norm)(lanes.tanh());
      return heads.map((w, i) => each.at(i).matmul(w).square().sum()).reduce((a, b) => a.add(b));
    };
    const plain = (x: Tensor): Tensor =>
      heads.map((w) => norm(norm(x).tanh()).matmul(w).square().sum()).reduce((a, b) => a.add(b));
    await expectSame(apart(x), plain(x));
    await expectSame(grad(apart)(x), grad(plain)(x));
  });
});

describe('dropout', () => {
  const n = 20_000;

  test('drops at its rate and keeps the mean', async () => {
    const data = await nn.dropout(key(1), tensor(Array<number>(n).fill(1)), { rate: 0.3, train: true }).data();
    const dropped = data.filter((x) => x === 0).length;
    expect(Math.abs(dropped / n - 0.3)).toBeLessThan(hoeffding(n));
    for (const x of data) if (x !== 0) expect(x).toBeCloseTo(1 / 0.7, 12);
    const mean = Array.from(data).reduce((a, b) => a + b, 0) / n;
    expect(Math.abs(mean - 1)).toBeLessThan(hoeffding(n, 1 / 0.7));
  });

  test('of images can keep or drop whole channels', async () => {
    const data = await nn
      .dropout(key(2), tensor(Array<number>(64 * 9).fill(1), { shape: [8, 8, 3, 3] }), {
        rate: 0.5,
        train: true,
        shared: [2, 3],
      })
      .data();
    const channels = Array.from({ length: 64 }, (_, c) => new Set(data.subarray(9 * c, 9 * c + 9)));
    for (const values of channels) expect(values.size).toBe(1);
    expect(new Set(channels.map((values) => [...values][0]))).toEqual(new Set([0, 2]));
  });

  test('is the identity without training, or at rate 0; at rate 1 nothing is left', async () => {
    const x = waves([3, 4]);
    expect(nn.dropout(key(1), x, { rate: 0.5, train: false })).toBe(x);
    await expectSame(nn.dropout(key(1), x, { rate: 0, train: true }), x);
    await expectSame(nn.dropout(key(1), x, { rate: 1, train: true }), zeros([3, 4]));
    await expectSame(grad((t: Tensor) => nn.dropout(key(1), t, { rate: 1, train: true }).sum())(x), zeros([3, 4]));
  });

  test('is decided by its key, and its derivative is its mask', async () => {
    const x = waves([50]);
    const f = (k: Key) => (t: Tensor) => nn.dropout(k, t, { rate: tensor(0.4), train: true });
    await expectSame(f(key(1))(x), f(key(1))(x));
    expect(
      await f(key(1))(x)
        .sub(f(key(2))(x))
        .abs()
        .sum()
        .item(),
    ).toBeGreaterThan(0);
    await expectSame(grad((t: Tensor) => f(key(1))(t).sum())(x), f(key(1))(x).div(x));
  });
});

test('embedding takes rows, and a row’s gradient is the sum over where it was taken', async () => {
  const params = nn.embedding.init(key(1), 4, 3);
  const indices = tensor([
    [1, 3],
    [3, 3],
  ]);
  const y = nn.embedding(params, indices);
  expect(y.shape).toEqual([2, 2, 3]);
  await expectSame(y.at(0).at(1), params.weight.at(3));
  const { weight } = grad((p: nn.Embedding) => nn.embedding(p, indices).sum())(params);
  await expectSame(weight, tensor([0, 1, 0, 3].map((count) => [count, count, count])));
});

test('globalAverage is the mean of each channel', async () => {
  const x = waves([2, 3, 2, 5]);
  await expectSame(nn.globalAverage(x), x.reshape([2, 3, 10]).mean({ axis: 2 }));
});

describe('the derivatives of', () => {
  const [k1, k2] = split(key(3), 2) as [Key, Key];
  const x = waves([2, 4, 3, 3]);
  const rows = waves([2, 3, 4]);
  const norm = { weight: waves([4], 1), bias: waves([4], 2) };
  const state = { mean: waves([4], 5), variance: waves([4], 6).square().add(0.5) };
  const attentive = nn.multiHeadAttention.init(k1, 4);
  const params: [name: string, f: (p: never, x: Tensor) => unknown, p: unknown, x: Tensor][] = [
    ['linear', nn.linear, nn.linear.init(k1, 4, 3), rows],
    ['linear with lanes', nn.linear, nn.linear.init(k1, 4, 1, { lanes: 2 }), rows],
    ['conv2d', (p, t) => nn.conv2d(p, t, { padding: 1, stride: 2 }), nn.conv2d.init(k1, 4, 2, 3), x],
    ['batchNorm in training', (p, t) => nn.batchNorm(p, state, t, { train: true })[0], norm, x],
    ['batchNorm', (p, t) => nn.batchNorm(p, state, t, { train: false })[0], norm, x],
    ['layerNorm', nn.layerNorm, norm, rows],
    ['groupNorm', (p, t) => nn.groupNorm(p, t, { groups: 2 }), norm, x],
    ['dropout', (_, t) => nn.dropout(k2, t, { rate: 0.5, train: true }), {}, rows],
    ['embedding', (p, t) => nn.embedding(p, tensor([0, 2, 2])).mul(t), nn.embedding.init(k1, 3, 4), waves([3, 4])],
    ['globalAverage', (_, t) => nn.globalAverage(t), {}, x],
    ['attention', (_, t) => nn.attention(t, t.mul(2), t.add(1), { causal: true }), {}, rows],
    ['multiHeadAttention', (p, t) => nn.multiHeadAttention(p, t, { heads: 2 }), attentive, rows],
  ];
  test.each(params)('%s', async (_, f, p, x) => {
    await checkGrads((p: never, x: Tensor) => f(p, x), [p, x], { order: 2 });
  });
});

test('every layer keeps its examples apart, batchNorm in training excepted', async () => {
  const all: [(x: Tensor) => Tensor, Tensor][] = [
    [(x) => nn.linear(nn.linear.init(key(1), 4, 2), x), waves([3, 4])],
    [(x) => nn.conv2d(nn.conv2d.init(key(1), 2, 3, 2), x), waves([3, 2, 3, 3])],
    [
      (x) => nn.batchNorm(nn.batchNorm.init(2).params, nn.batchNorm.init(2).state, x, { train: false })[0],
      waves([3, 2, 3]),
    ],
    [(x) => nn.layerNorm(nn.layerNorm.init(4), x), waves([3, 4])],
    [(x) => nn.groupNorm(nn.groupNorm.init(4), x, { groups: 2 }), waves([3, 4, 2])],
    [(x) => nn.globalAverage(x), waves([3, 2, 2, 2])],
    [(x) => nn.multiHeadAttention(nn.multiHeadAttention.init(key(1), 4), x, { heads: 2 }), waves([3, 2, 4])],
  ];
  for (const [f, x] of all) await expectSame(f(x).at(1), f(x.slice([1], [2])).at(0));
});

test('layers made with different keys differ, with one key are the same', async () => {
  const w = (k: Key): Tensor => nn.linear.init(k, 3, 2).weight;
  await expectSame(w(key(1)), w(key(1)));
  expect(
    await w(key(1))
      .sub(w(key(2)))
      .abs()
      .min()
      .item(),
  ).toBeGreaterThan(0);
  const lanes = nn.linear.init(key(1), 3, 2, { lanes: 2 }).weight;
  expect(await lanes.at(0).sub(lanes.at(1)).abs().min().item()).toBeGreaterThan(0);
});
