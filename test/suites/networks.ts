import { beforeAll, expect, test } from 'vitest';
import {
  compile,
  crossEntropy,
  foldIn,
  gradDrop,
  key,
  memory,
  mse,
  nn,
  optim,
  random,
  realize,
  scope,
  setDevice,
  split,
  tensor,
  valueAndGrad,
  vjp,
  type Key,
  type Tensor,
} from '../../src/index.ts';
import { device } from '../../src/device/devices.ts';
import { flatten, isTensor, type Tree } from '../../src/tensor/tree.ts';
import { waves } from '../nn/support.ts';
import { suiteOn, type DeviceName } from './settings.ts';

const k = key(7);
const norm = (n: number): Required<nn.Affine> => ({ weight: waves([n], 1), bias: waves([n], 2) });
const state = { mean: tensor([0.1, -0.2]), variance: tensor([0.5, 2]) };

/**
 * Layers on weights and inputs that the host made; the result and the derivatives by all of them
 * are compared.
 */
const layers: Record<string, [f: (...args: never[]) => Tree, ...args: Tree[]]> = {
  linear: [nn.linear, { weight: waves([2, 3]), bias: waves([2], 1) }, waves([4, 3], 2)],
  'linear with lanes': [nn.linear, { weight: waves([3, 2, 4]), bias: waves([3, 2], 1) }, waves([3, 5, 4], 2)],
  conv2d: [
    (p: nn.Affine, x: Tensor) => nn.conv2d(p, x, { padding: 1 }),
    { weight: waves([2, 2, 3, 3]), bias: waves([2], 1) },
    waves([2, 2, 4, 4], 2),
  ],
  'batchNorm in training': [
    (p: Required<nn.Affine>, x: Tensor) => nn.batchNorm(p, state, x, { train: true }),
    norm(2),
    waves([3, 2, 2, 2]),
  ],
  batchNorm: [
    (p: Required<nn.Affine>, x: Tensor) => nn.batchNorm(p, state, x, { train: false })[0],
    norm(2),
    waves([3, 2, 2, 2]),
  ],
  layerNorm: [nn.layerNorm, norm(4), waves([3, 4])],
  groupNorm: [(p: Required<nn.Affine>, x: Tensor) => nn.groupNorm(p, x, { groups: 2 }), norm(4), waves([2, 4, 3])],
  dropout: [(x: Tensor) => nn.dropout(k, x, { rate: 0.4, train: true, shared: 1 }), waves([6, 4])],
  embedding: [(p: nn.Embedding) => nn.embedding(p, tensor([2, 0, 2])), { weight: waves([3, 4]) }],
  maxPool2d: [(x: Tensor) => nn.maxPool2d(x, { size: 2 }), waves([1, 2, 4, 4])],
  avgPool2d: [(x: Tensor) => nn.avgPool2d(x, { size: 2 }), waves([1, 2, 4, 4])],
  globalAverage: [nn.globalAverage, waves([2, 3, 2, 2])],
  'causal attention': [
    (q: Tensor, c: Tensor, v: Tensor) => nn.attention(q, c, v, { causal: true, mask: tensor([1, 0, 1]) }),
    waves([2, 3, 4]),
    waves([2, 3, 4], 5),
    waves([2, 3, 4], 9),
  ],
  multiHeadAttention: [
    (p: nn.MultiHeadAttention, x: Tensor) => nn.multiHeadAttention(p, x, { heads: 2 }),
    Object.fromEntries(
      ['query', 'key', 'value', 'output'].map((name, i) => [name, { weight: waves([4, 4], i), bias: waves([4], i) }]),
    ),
    waves([1, 3, 4], 5),
  ],
};

const initialisers = (): Tree => [
  nn.init.uniform(k, [2, 3], { low: -1 }),
  nn.init.normal(k, [2, 3], { mean: 1 }),
  nn.init.xavierUniform(k, [2, 3]),
  nn.init.xavierNormal(k, [2, 3]),
  nn.init.kaimingUniform(k, [2, 3]),
  nn.init.kaimingNormal(k, [2, 3]),
  nn.init.lecunNormal(k, [2, 3]),
  nn.init.orthogonal(k, [2, 3]),
  nn.linear.init(k, 3, 2, { lanes: 3 }),
  nn.multiHeadAttention.init(k, 4),
];

const learningRate = optim.schedules.warmup(optim.schedules.cosine({ rate: 0.1, steps: 9, end: 0.01 }), { steps: 2 });
const optimisers: Record<string, optim.Optimiser> = {
  sgd: optim.sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
  'sgd with dampening': optim.sgd({ learningRate, momentum: 0.9, dampening: 0.5 }),
  adam: optim.adam({ learningRate, weightDecay: 0.1 }),
  adamW: optim.adamW({ learningRate: optim.schedules.step({ rate: 0.1, every: 3 }) }),
  rmsProp: optim.rmsProp({ learningRate, momentum: 0.5, centered: true, eps: 1e-3 }),
  'skipNonFinite of sgd': optim.skipNonFinite(
    optim.sgd({ learningRate: optim.schedules.exponential({ rate: 0.1, factor: 0.5 }), momentum: 0.5 }),
  ),
};

const read = async (tree: Tree): Promise<number[]> => {
  const { leaves } = flatten(tree, isTensor);
  await realize(leaves);
  return (await Promise.all(leaves.map(async (t) => [...(await t.data())]))).flat();
};

async function layer([f, ...args]: [f: (...args: never[]) => Tree, ...args: Tree[]]): Promise<number[]> {
  const [y, pullback] = vjp(f as (...args: Tree[]) => Tree, ...args);
  const flat = flatten(y, isTensor);
  return read([y, pullback(flat.rebuild(flat.leaves.map((t, i) => waves(t.shape, i + 4))))]);
}

async function descent(opt: optim.Optimiser): Promise<number[]> {
  let p = [waves([3]), waves([2], 1)];
  let s = opt.init(p);
  const step = compile((p: Tensor[], s: optim.OptimiserState) =>
    opt.update(
      p,
      p.map((x) => x.sin().add(x)),
      s,
    ),
  );
  for (let i = 0; i < 5; i++) [p, s] = step(p, s);
  expect(step.traces).toBe(1);
  return read([p, s]);
}

const tasks: Record<string, () => Promise<number[]>> = {
  ...Object.fromEntries(Object.entries(layers).map(([name, given]) => [name, () => layer(given)])),
  ...Object.fromEntries(Object.entries(optimisers).map(([name, opt]) => [name, () => descent(opt)])),
  'every initialiser': () => read(initialisers()),
};

const collect = async (): Promise<void> => {
  const { gc } = globalThis as { gc?: () => void };
  for (let i = 0; i < 3; i++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/**
 * Layers, initialisers and optimisers on one device against the reference, and a network that
 * trains there.
 */
export function networkSuite(name: DeviceName, { steps }: { steps: number }): void {
  suiteOn(name, 'networks', ({ tolerance }) => {
    const want = new Map<string, number[]>();
    beforeAll(async () => {
      const own = device();
      await setDevice('reference');
      for (const [task, run] of Object.entries(tasks)) want.set(task, await run());
      await setDevice(own);
    });

    test.each(Object.keys(tasks))('%s is what it is on the reference', async (task) => {
      const got = await tasks[task]!();
      const exact = want.get(task)!;
      expect(got).toHaveLength(exact.length);
      const scale = Math.max(1, ...exact.map(Math.abs));
      got.forEach((x, i) => expect(Math.abs(x - exact[i]!) / scale).toBeLessThan(5 * tolerance));
    });

    test('skipNonFinite knows NaN and ∞ that are computed here', async () => {
      const opt = optim.skipNonFinite(optim.sgd({ learningRate: 1 }));
      const step = compile((p: Tensor, g: Tensor, s: optim.OptimiserState) => opt.update(p, g.reciprocal().sub(1), s));
      let p = tensor([1, 2]);
      let s = opt.init(p);
      for (const g of [0, -0, NaN, 0.5]) [p, s] = step(p, tensor([1, g]), s);
      expect(await read([p, s])).toEqual([1, 1, 3, 1]);
    });

    test('a network with two losses trains in one traced step, in constant memory', async () => {
      const [k1, k2, k3, k4, k5, draws] = split(key(1), 6) as [Key, Key, Key, Key, Key, Key];
      const norm = nn.batchNorm.init(4);
      const first = {
        conv: nn.conv2d.init(k1, 1, 4, 3, { weight: nn.init.kaimingNormal, bias: false }),
        norm: norm.params,
        classes: nn.linear.init(k2, 4, 2),
        size: nn.linear.init(k3, 4, 1),
      };
      type Params = typeof first;
      let params = first;
      let averages = norm.state;
      const opt = optim.adamW({ learningRate: optim.schedules.cosine({ rate: 0.05, steps }) });
      let state = opt.init(params);
      // Stripes along either axis, and how strong they are.
      const labels = random.bernoulli(k4, 0.5, [16]);
      const strength = random.uniform(k5, [16]).add(0.5);
      const wave = tensor([1, 0, -1, 1, 0, -1]);
      const stripes = labels.reshape([16, 1, 1]).where(wave.reshape([6, 1]), wave.reshape([1, 6]));
      const x = stripes.mul(strength.reshape([16, 1, 1])).unsqueeze(1);
      await realize([x, labels, strength, params, averages, state]);

      const step = compile((p: Params, averages: nn.BatchNormState, state: optim.OptimiserState, k: Key) => {
        let next = averages;
        const total = (p: Params): Tensor => {
          const [h, seen] = nn.batchNorm(p.norm, averages, nn.conv2d(p.conv, x), { train: true });
          next = seen;
          const features = nn.dropout(k, nn.globalAverage(h.relu()), { rate: 0.1, train: true });
          const [a, b] = gradDrop(features, 2, { key: k }) as Iterable<Tensor> as [Tensor, Tensor];
          const size = mse(nn.linear(p.size, b).squeeze({ axis: 1 }), strength);
          return crossEntropy(nn.linear(p.classes, a), labels).add(size);
        };
        const [loss, grads] = valueAndGrad(total)(p);
        const [moved, following] = opt.update(p, optim.clipByValue(grads, 1), state);
        return { params: moved, averages: next, state: following, loss };
      });
      const losses: number[] = [];
      let before = memory();
      for (let i = 0; i < steps; i++) {
        const result = await scope(() => step(params, averages, state, foldIn(draws, i)));
        ({ params, averages, state } = result);
        losses.push(await result.loss.item());
        result.loss.dispose();
        if (i === 4) {
          await collect();
          before = memory();
        }
      }
      expect(step.traces).toBe(1);
      expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
      // A step makes some thirty. What was dropped is freed some time after it is collected.
      const more = async (): Promise<number> => {
        await collect();
        return memory().buffers - before.buffers;
      };
      await expect.poll(more, { timeout: 20_000 }).toBeLessThan(3 * steps);
    });
  });
}
