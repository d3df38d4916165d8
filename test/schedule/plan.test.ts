import { describe, expect, test } from 'vitest';
import {
  crossEntropy,
  grad,
  matmul,
  ones,
  setDevice,
  softmax,
  split,
  stack,
  tensor,
  valueAndGrad,
  type Tensor,
} from '../../src/index.ts';
import { topological } from '../../src/graph/walk.ts';
import type { Node } from '../../src/graph/node.ts';
import { planKey } from '../../src/schedule/cache.ts';
import { schedule, type Plan } from '../../src/schedule/plan.ts';
import { leastInputs } from '../../src/schedule/rewrites/splitConcat.ts';

await setDevice('reference');

const planOf = (...ts: Tensor[]): Plan => {
  const nodes = ts.map((t) => t.node);
  return schedule(nodes, new Set(planKey(nodes).leaves));
};
const x = ones([4, 5]);
const fresh = (shape: number[]): Tensor => tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape });
const nameOf = (n: Node): string => (n.op === 'elementwise' ? (n as Node<'elementwise'>).attrs.name : n.op);
const contents = (plan: Plan): string[][] => plan.steps.map((s) => [nameOf(s.root), ...s.fused.map(nameOf)].sort());

describe('schedule', () => {
  test('a chain of elementwise operations is one kernel, views and all', () => {
    const a = fresh([4, 5]);
    const plan = planOf(
      a
        .mul(3)
        .add(1)
        .transpose()
        .tanh()
        .reshape([20])
        .sub(a.reshape([20])),
    );
    expect(plan.steps.length).toBe(1);
  });

  test('what comes before a fold and after it joins its kernel', () => {
    const a = fresh([4, 5]);
    expect(contents(planOf(a.square().sum({ axis: 1 }).sqrt().mul(2)))).toEqual([['mul', 'reduce', 'sqrt', 'square']]);
    expect(
      contents(
        planOf(
          matmul(a, fresh([5, 3]))
            .add(fresh([3]))
            .relu(),
        ),
      ),
    ).toEqual([['add', 'contract', 'relu']]);
  });

  test('softmax is five kernels, and exp is computed once an element', () => {
    const plan = planOf(softmax(fresh([8, 16])));
    expect(plan.steps.length).toBe(5);
    expect(
      contents(plan)
        .flat()
        .filter((n) => n === 'exp'),
    ).toEqual(['exp']);
  });

  test('where values are the same in each kernel, cross-entropy and its gradient are ten kernels', () => {
    const steps = valueAndGrad((x: Tensor) => crossEntropy(x, fresh([8])))(fresh([8, 16])).map((t) => t.node);
    expect(schedule(steps, new Set(planKey(steps).leaves), { sameInEach: true }).steps.length).toBe(10);
  });

  test('the gradient of sum(tanh(x @ w)) computes no product and no derivative of tanh twice', () => {
    const w = fresh([5, 6]);
    const plan = planOf(
      grad((v: Tensor) =>
        matmul(fresh([7, 5]), v)
          .tanh()
          .sum(),
      )(w),
    );
    const inside = contents(plan).flat();
    expect(inside.filter((n) => n === 'contract').length).toBe(2);
    expect(inside.filter((n) => n === 'bell').length).toBe(1);
  });

  test('a result that a broadcast repeats is stored, and the plan says why', () => {
    const a = fresh([4, 5]);
    const scaled = a.div(a.square().sum({ axis: 1, keepDims: true }).sqrt());
    const plan = planOf(scaled);
    expect(plan.steps.length).toBe(2);
    expect(plan.steps[0]!.reason).toBe('each element would be computed 5 times');
    expect(plan.steps[1]!.reason).toBe('it is an output');
  });

  test('a convolution stores its padded input rather than pad at every place of the window', () => {
    const plan = planOf(
      fresh([1, 2, 8, 8])
        .conv2d(fresh([3, 2, 3, 3]), { padding: 1 })
        .relu(),
    );
    expect(plan.steps.map((s) => s.root.op)).toContain('pad');
    expect(plan.steps.filter((s) => s.root.op !== 'pad').length).toBe(1);
  });

  test(`no kernel reads more than ${leastInputs} arrays, however many are added or joined`, () => {
    for (const length of [40, 400]) {
      const many = Array.from({ length }, () => fresh([3]));
      const total = many.reduce((a, b) => a.add(b));
      for (const plan of [planOf(total), planOf(stack(many)), planOf(total, stack(many).sum())])
        for (const step of plan.steps) expect(step.inputs.length).toBeLessThanOrEqual(leastInputs);
    }
  });

  test('lanes taken apart meet in one concatenation, not in a sum of padded wholes', () => {
    const h = fresh([5]);
    const g = grad((v: Tensor) => {
      const lanes = [...stack([v, v.mul(2), v.mul(3)])];
      return lanes.map((l, i) => l.pow(i + 1).sum()).reduce((a, b) => a.add(b));
    })(h);
    const order = topological([g.node]).map((n) => n.op);
    expect(order).not.toContain('pad');
  });

  test('long folds are done in pieces', () => {
    // 100 000 is 400 pieces of 250; of a prime number of elements some are left over.
    for (const [size, steps] of [
      [100_000, 2],
      [100_003, 3],
    ] as const) {
      const plan = planOf(fresh([size]).sum());
      expect(plan.steps.length).toBe(steps);
      for (const step of plan.steps) {
        const reads = step.fused.concat(step.root).filter((n) => n.op === 'reduce');
        for (const r of reads) expect(r.inputs[0]!.shape.at(-1)!).toBeLessThanOrEqual(2048);
      }
    }
  });

  test('every step comes after what it reads', () => {
    const a = fresh([6, 6]);
    const parts = split(softmax(matmul(a, a)), 2) as unknown as Tensor[];
    const plan = planOf(parts[0]!.mul(parts[1]!), parts[0]!.sum(), x.add(1));
    const done = new Set<Node>();
    for (const step of plan.steps) {
      for (const n of step.inputs) if (n.inputs.length > 0) expect(done.has(n)).toBe(true);
      done.add(step.root);
    }
  });
});

describe('plan keys', () => {
  const f = (a: Tensor, rate: number): Tensor => a.mul(rate).add(a.square().sum());

  test('graphs of one structure share a key, whatever their data and numbers', () => {
    const [a, b] = [planKey([f(fresh([3]), 0.3).node]), planKey([f(fresh([3]), 0.7).node])];
    expect(a.key).toBe(b.key);
    expect(a.scalars).toEqual([0.3]);
    expect(b.scalars).toEqual([0.7]);
  });

  test('what other graphs have made before does not count', () => {
    const fresh03 = planKey([f(fresh([3]), 0.37).node]).key;
    const early = tensor(1).mul(0.41);
    expect(planKey([f(fresh([3]), 0.41).node]).key).toBe(fresh03);
    expect(early.shape).toEqual([]);
  });

  test('another shape, another operation, another baked number: another key', () => {
    const key = (t: Tensor): string => planKey([t.node]).key;
    const keys = [
      key(f(fresh([3]), 0.3)),
      key(f(fresh([4]), 0.3)),
      key(fresh([3]).mul(2)),
      key(fresh([3]).mul(1.5)),
      key(fresh([3]).add(2)),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
