import { describe, expect, test } from 'vitest';
import { sizeOf, type Node } from '../../src/graph/node.ts';
import { topological } from '../../src/graph/walk.ts';
import {
  alignedMtl,
  cagrad,
  compile,
  concat,
  config,
  constant,
  customVjp,
  dualProj,
  fairGrad,
  fanOut,
  grad,
  gradVac,
  imtlG,
  iterativePcgrad,
  key,
  krum,
  meanLanes,
  mgda,
  multiGrad,
  nashMtl,
  pcgrad,
  random,
  randomWeights,
  setDevice,
  signDrop,
  stack,
  sumLanes,
  tensor,
  upgrad,
  type Rule,
  type Tensor,
} from '../../src/index.ts';
import { expectSame, read } from '../transforms/support.ts';

await setDevice('reference');

interface Weights {
  trunk: Tensor;
  head: Tensor;
}

const w: Weights = {
  trunk: tensor([
    [0.3, -0.2],
    [0.5, 0.7],
    [-0.4, 0.1],
  ]),
  head: tensor([0.8, -0.6]),
};
const x = tensor([
  [1, 2, -1],
  [0.5, -1, 2],
]);

const trunk = (p: Weights): Tensor => x.matmul(p.trunk).tanh();
const outputs = (h: Tensor, p: Weights): Tensor => h.matmul(p.head);
/** Three losses that read one head. */
const losses = (out: Tensor): [Tensor, Tensor, Tensor] => [
  out.square().sum(),
  out.sub(1).square().sum(),
  out.sin().sum(),
];

const rules: [string, Rule][] = [
  ['sumLanes', sumLanes()],
  ['mgda', mgda()],
  ['pcgrad', pcgrad({ key: key(1) })],
  ['signDrop', signDrop({ key: key(2) })],
  ['signDrop with leak and norm', signDrop({ key: key(2), leak: [0, 0.5, 1], preserveNorm: true })],
];

describe('multiGrad over parameters', () => {
  const f = (p: Weights): [Tensor, Tensor, Tensor] => losses(outputs(trunk(p), p));

  test('with the sum is the gradient of the sum', async () => {
    const { losses: values, grads } = multiGrad(f, sumLanes())(w);
    await expectSame(values, f(w));
    await expectSame(grads, grad((p: Weights) => f(p).reduce((a, b) => a.add(b)))(w));
  });

  test('merges one Jacobian over all parameters, as the rule would by hand', async () => {
    for (const [, rule] of rules.slice(0, 3)) {
      const rows = [0, 1, 2].map((i) => {
        const g = grad((p: Weights) => f(p)[i]!)(w);
        return concat([g.trunk.reshape([6]), g.head]);
      });
      const J = stack(rows);
      const merged = rule(J);
      const { grads } = multiGrad(f, rule)(w);
      await expectSame([grads.trunk.reshape([6]), grads.head], [merged.slice([0], [6]), merged.slice([6])]);
    }
  });

  test('takes losses as one tensor, too, and other arguments by argnums', async () => {
    const vector = (p: Weights): Tensor => stack(f(p));
    await expectSame(multiGrad(vector, mgda())(w).grads, multiGrad(f, mgda())(w).grads);
    const g = multiGrad((a: Tensor, b: Tensor) => [a.mul(b), a.add(b)], sumLanes(), { argnums: [1, 0] })(2, 3).grads;
    expect(await read(g)).toEqual([3, 4]);
  });

  test('has no input sign: signDrop counts the signs of the gradients themselves', async () => {
    const step = multiGrad((a: Tensor) => [a.mul(3).sum(), a.mul(-1).sum()], signDrop({ draw: tensor([0.7, 0.8]) }));
    expect(await step(tensor([-5, 5])).grads.array()).toEqual([3, -1]);
  });

  test('gives zeros where no loss depends on a parameter', async () => {
    const { grads } = multiGrad(
      (p: { a: Tensor; b: Tensor }) => [p.a.sum(), p.a.square().sum()],
      mgda(),
    )({ a: tensor([1, 2]), b: 3 });
    expect(await grads.b.item()).toBe(0);
  });

  test('runs compiled', async () => {
    const step = compile((p: Weights, k: ReturnType<typeof key>) => multiGrad(f, pcgrad({ key: k }))(p).grads);
    await expectSame(step(w, key(5)), multiGrad(f, pcgrad({ key: key(5) }))(w).grads);
    step(w, key(6));
    expect(step.traces).toBe(1);
  });
});

describe('multiGrad without a Jacobian', () => {
  const f = (p: Weights): [Tensor, Tensor, Tensor] => losses(outputs(trunk(p), p));
  const vector = (p: Weights): Tensor => stack(f(p));
  const weights = (g: { trunk: Tensor; head: Tensor }): Node[] => topological([g.trunk.node, g.head.node]);
  /** The rule as one that says nothing of its weights. */
  const opaque =
    (rule: Rule): Rule =>
    (g) =>
      rule(g);
  const weighed: [string, Rule][] = [
    ...rules.slice(0, 3),
    ['constant', constant([1, -2, 0.5])],
    ['randomWeights', randomWeights({ key: key(3) })],
    ['meanLanes', meanLanes()],
    ['nashMtl', nashMtl()],
    ['fairGrad', fairGrad({ alpha: 2 })],
    ['upgrad', upgrad({ preference: [1, 2, 3] })],
    ['dualProj', dualProj()],
    ['cagrad', cagrad()],
    ['imtlG', imtlG()],
    ['alignedMtl', alignedMtl()],
    ['config', config()],
    ['gradVac', gradVac()],
    ['iterativePcgrad', iterativePcgrad({ key: key(4) })],
    ['krum', krum({ byzantine: 0 })],
  ];

  test.each(weighed)('%s gives what it gives from one', async (_, rule) => {
    for (const g of [f, vector] as ((p: Weights) => Tensor)[])
      await expectSame(multiGrad(g, rule)(w).grads, multiGrad(g, opaque(rule))(w).grads);
  });

  test.each(weighed.filter(([name]) => ['sumLanes', 'meanLanes', 'constant', 'randomWeights'].includes(name)))(
    '%s needs one backward pass, whatever the number of losses',
    (_, rule) => {
      const wide = (count: number) => (p: Weights) =>
        Array.from({ length: count }, (__, i) => outputs(trunk(p), p).sub(i).square().sum());
      const ruleFor = (count: number): Rule => (rule.check ? constant(Array.from({ length: count }, () => 1)) : rule);
      const products = (count: number): number =>
        weights(multiGrad(wide(count), ruleFor(count))(w).grads).filter((n) => n.op === 'contract').length;
      expect(products(5)).toBe(products(2));
    },
  );

  test('of 4 losses of 6 000 parameters nothing larger is kept than the lanes of the largest tensor', () => {
    const p = [2000, 3000, 1000].map((n, i) => random.normal(key(i), [n]));
    const many = (all: Tensor[]): Tensor[] =>
      [1, 2, 3, 4].map((i) => all.map((x) => x.mul(i).sin().sum()).reduce((a, b) => a.mul(b)));
    const largest = (rule: Rule): number => {
      const nodes = topological(multiGrad(many, rule)(p).grads.map((g) => g.node));
      return Math.max(...nodes.map((n) => sizeOf(n.shape)));
    };
    expect(largest(mgda())).toBe(4 * 3000);
    expect(largest(opaque(mgda()))).toBe(4 * 6000);
  });

  test('is not done without where the way back is no linear function: each loss has its own', async () => {
    const clipped = customVjp(
      (x: Tensor) => x,
      (g: Tensor) => [g.clip(-0.1, 0.1)],
    );
    const g = (p: Weights): [Tensor, Tensor, Tensor] => losses(clipped(outputs(trunk(p), p)));
    await expectSame(multiGrad(g, sumLanes())(w).grads, multiGrad(g, opaque(sumLanes()))(w).grads);
  });

  test('takes the weights of a rule of one’s own, one for each loss', async () => {
    const third = Object.assign((lanes: Tensor) => lanes.at(2), { weights: () => tensor([0, 0, 1]) });
    await expectSame(multiGrad(f, third)(w).grads, grad((p: Weights) => f(p)[2])(w));
    const wrong = Object.assign((lanes: Tensor) => lanes.at(2), { weights: () => tensor([0, 1]) });
    expect(() => multiGrad(f, wrong)(w)).toThrow('multiGrad: the rule must return 3 weights, got shape [2]');
  });
});

describe('multiGrad at the trunk’s end', () => {
  const split = { trunk, heads: (h: Tensor, p: Weights): [Tensor, Tensor, Tensor] => losses(outputs(h, p)) };

  for (const [name, rule] of rules)
    test(`agrees with lanes where each loss can have one: ${name}`, async () => {
      const total = (p: Weights): Tensor => {
        const lanes = fanOut(trunk(p), 3, rule);
        return [0, 1, 2].map((i) => losses(outputs(lanes.at(i), p))[i]!).reduce((a, b) => a.add(b));
      };
      const { losses: values, grads } = multiGrad(split, rule)(w);
      await expectSame(grads, grad(total)(w));
      await expectSame(values, split.heads(trunk(w), w));
    });

  test('takes losses as one tensor, too', async () => {
    const vector = { trunk, heads: (h: Tensor, p: Weights): Tensor => stack(losses(outputs(h, p))) };
    await expectSame(multiGrad(vector, mgda())(w).grads, multiGrad(split, mgda())(w).grads);
  });

  test('is differentiated again like an ordinary function, with the merge constant', async () => {
    const direct = (p: Weights): Tensor => losses(outputs(trunk(p), p)).reduce((a, b) => a.add(b));
    const norm = (g: Weights): Tensor => g.trunk.square().sum().add(g.head.square().sum());
    await expectSame(
      grad((p: Weights) => norm(multiGrad(split, sumLanes())(p).grads))(w),
      grad((p: Weights) => norm(grad(direct)(p)))(w),
    );
  });
});
