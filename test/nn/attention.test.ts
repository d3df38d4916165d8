import { describe, expect, test } from 'vitest';
import { grad, key, nn, ones, setDevice, tensor, zeros, type Tensor } from '../../src/index.ts';
import { expectSame } from '../transforms/support.ts';
import { waves } from './support.ts';

await setDevice('reference');

const q = waves([2, 3, 4]);
const k = waves([2, 3, 4], 5);
const v = waves([2, 3, 4], 9);

test('causal attention gives what PyTorch 2.13 gives', async () => {
  const want = [
    -0.5440211108893698, -0.7619835839190333, 0.7403758899524486, 0.5711968696599886, -0.7602947596646425,
    -0.49789243622377194, 0.8885961579822796, 0.26891099100742677, -0.8844249155303854, -0.15090568669650387,
    0.9233116493078448, -0.08702155836796907, -0.8499690458793281, 0.6319552130068794, 0.6871211462047443,
    -0.8090187662119065, -0.6193597307067342, 0.8185212081877666, 0.4084358284285099, -0.9237706237198573,
    -0.31450551907474655, 0.8980576850056907, 0.08308594252921409, -0.9194680175021777,
  ];
  await expectSame(nn.attention(q, k, v, { causal: true }), tensor(want, { shape: [2, 3, 4] }), 1e-12);
});

test('multiHeadAttention to a context gives what PyTorch 2.13 gives', async () => {
  const [weight, bias] = [waves([3, 4, 4]), waves([3, 4], 3)];
  const [query, keys, value] = [0, 1, 2].map((i) => ({ weight: weight.at(i), bias: bias.at(i) })) as nn.Affine[];
  const params = {
    query: query!,
    key: keys!,
    value: value!,
    output: { weight: waves([4, 4], 7), bias: waves([4], 8) },
  };
  const y = nn.multiHeadAttention(params, waves([1, 3, 4], 2), { heads: 2, context: waves([1, 2, 4], 4) });
  const want = [
    -1.1909309729846793, -3.544156469640454, -3.061724032794752, -1.4489278293403993, -1.2509576718463542,
    -3.5611434825409414, -3.0312342667015253, -1.378925364194302, -1.3118315665780227, -3.504863893403888,
    -2.8725017048625094, -1.1592015715320776,
  ];
  await expectSame(y, tensor(want, { shape: [1, 3, 4] }), 1e-12);
});

describe('a mask', () => {
  test('of ones changes nothing, and one below the diagonal is causal', async () => {
    await expectSame(nn.attention(q, k, v, { mask: 1 }), nn.attention(q, k, v));
    const below = tensor([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ]);
    await expectSame(nn.attention(q, k, v, { mask: below }), nn.attention(q, k, v, { causal: true }));
    const last = tensor([0, 0, 1]);
    await expectSame(
      nn.attention(q, k, v, { mask: last, causal: true }),
      nn.attention(q, k, v, { mask: below.mul(last) }),
    );
  });

  test('hides keys whatever their scores are, also from the derivatives', async () => {
    const mask = tensor([1, 0, 1]);
    const f = (keys: Tensor) => (t: Tensor) => nn.attention(t, keys, v, { mask }).square().sum();
    for (const huge of [1e4, -1e4, 1e30, -1e30, Infinity, NaN]) {
      const odd = k.add(tensor([[0], [1], [0]]).where(huge, 0));
      await expectSame(f(odd)(q), f(k)(q));
      if (Number.isFinite(huge)) await expectSame(grad(f(odd))(q), grad(f(k))(q));
    }
  });

  test('that hides all keys gives zeros, and derivatives of zero', async () => {
    const mask = tensor([[0], [1], [0]]);
    const y = nn.attention(q, k, v, { mask });
    for (const row of [0, 2]) await expectSame(y.at(0).at(row), zeros([4]));
    const loss = (a: Tensor, b: Tensor, c: Tensor): Tensor => nn.attention(a, b, c, { mask: 0 }).square().sum();
    for (const argnums of [0, 1, 2]) await expectSame(grad(loss, { argnums } as never)(q, k, v), zeros([2, 3, 4]));
  });
});

test('weights are shares: values that are all one come out as one, whatever the scores', async () => {
  for (const scale of [1, 1e3, 1e15]) await expectSame(nn.attention(q.mul(scale), k, ones([2, 3, 4])), ones([2, 3, 4]));
});

test('causal attention does not see what comes later', async () => {
  const params = nn.multiHeadAttention.init(key(1), 4);
  const f = (x: Tensor): Tensor => nn.multiHeadAttention(params, x, { heads: 2, causal: true });
  const changed = q.add(tensor([0, 0, 1]).unsqueeze(1));
  await expectSame(f(changed).slice([0, 0], [2, 2]), f(q).slice([0, 0], [2, 2]));
  const without = nn.multiHeadAttention(params, changed, { heads: 2 });
  const before = nn.multiHeadAttention(params, q, { heads: 2 });
  expect(await without.sub(before).slice([0, 0], [2, 2]).abs().min().item()).toBeGreaterThan(0);
});

test('one head is attention between projections', async () => {
  const params = nn.multiHeadAttention.init(key(2), 4);
  const inner = nn.attention(nn.linear(params.query, q), nn.linear(params.key, q), nn.linear(params.value, q));
  await expectSame(nn.multiHeadAttention(params, q, { heads: 1 }), nn.linear(params.output, inner));
});
