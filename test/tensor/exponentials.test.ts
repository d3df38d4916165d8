import { beforeAll, describe, expect, test } from 'vitest';
import {
  crossEntropy,
  grad,
  jvp,
  multiGrad,
  setDevice,
  sumLanes,
  tensor,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});

/** A vector of three numbers x and three weights q as a function's one argument. */
type F = (z: Tensor) => Tensor;
const x = (z: Tensor): Tensor => z.slice([0], [3]);
const q = (z: Tensor): Tensor => z.slice([3], [6]);

/** log softmax(x) by its definition, without rules of its own. */
const log = (z: Tensor): Tensor => x(z).sub(x(z).exp().sum().log());

const functions: Readonly<Record<string, readonly [own: F, definition: F]>> = {
  crossEntropy: [(z) => crossEntropy(x(z), q(z)), (z) => log(z).mul(q(z)).sum().neg()],
  softmax: [(z) => x(z).softmax().mul(q(z)).sum(), (z) => log(z).exp().mul(q(z)).sum()],
  logSoftmax: [(z) => x(z).logSoftmax().mul(q(z)).sum(), (z) => log(z).mul(q(z)).sum()],
  logSumExp: [(z) => x(z).logSumExp().mul(q(z).sum()), (z) => x(z).exp().sum().log().mul(q(z).sum())],
};

const directions = [0, 1, 2].map((k) => tensor([0.3, -0.7, 1.1, 0.5, -0.2, 0.9].map((v) => v * (k + 1) + k / 8)));

/** The derivative along a direction by each mode. */
const along: Readonly<Record<string, (f: F, v: Tensor) => F>> = {
  R: (f, v) => (z) => (grad(f)(z) as Tensor).mul(v).sum(),
  F: (f, v) => (z) => jvp(f, [z], [v])[1],
};
const nestings = ['', 'R', 'F', 'RR', 'RF', 'FR', 'FF', 'RRF', 'RFR', 'FRR', 'FFR', 'RFF', 'FFF', 'RRR', 'FRF'];

const nested = (f: F, modes: string): F => [...modes].reduce((g, mode, i) => along[mode]!(g, directions[i]!), f);

describe.each(Object.entries(functions))('%s', (_, [own, definition]) => {
  // Ties, a class of probability ½, and weights that do not add up to 1.
  test.each([[[1, 1, 1, 0.2, 0.3, 0.9]], [[5, -5, 5, 0, -2, 3]], [[9, 1, 0, 1, 0, 0]]])(
    'has the derivatives of its definition to the third order, by every nesting, at %j',
    async (at) => {
      const z = tensor(Float64Array.from(at), { shape: [6] });
      const want = await Promise.all(['', 'R', 'RR', 'RRR'].map(async (n) => nested(definition, n)(z).item()));
      for (const modes of nestings) {
        const [got, exact] = [await nested(own, modes)(z).item(), want[modes.length]!];
        expect(Math.abs(got - exact), modes).toBeLessThan(1e-11 * Math.max(1, Math.abs(exact)));
      }
    },
  );
});

test('a class that −∞ leaves out has probability 0 and no derivative, in both modes', async () => {
  const at = tensor([-Infinity, 1, 2]);
  const loss = (t: Tensor): Tensor => crossEntropy(t, tensor([0, 0.25, 0.75]));
  const p = 1 / (1 + Math.E);
  const slopes = await (grad(loss)(at) as Tensor).data();
  expect([...slopes].map((s) => s + 0)).toEqual([0, expect.closeTo(p - 0.25, 12), expect.closeTo(0.25 - p, 12)]);
  expect(await jvp(loss, [at], [tensor([1, 0, 1])])[1].item()).toBeCloseTo(0.25 - p, 12);
  expect(await at.softmax().array()).toEqual([0, expect.closeTo(p, 12), expect.closeTo(1 - p, 12)]);
});

test('the entropy of a masked policy, and a class of −∞ without weight, have finite derivatives', async () => {
  const at = tensor([1, 2, -Infinity]);
  const entropy = (t: Tensor): Tensor => crossEntropy(t, t.softmax());
  const p = 1 / (1 + Math.E);
  // H = −p log p − (1 − p) log (1 − p) with p = σ(x₀ − x₁), and dp/dx₀ = p (1 − p).
  const slope = p * (1 - p) * Math.log((1 - p) / p);
  const near = [expect.closeTo(slope, 12), expect.closeTo(-slope, 12)] as number[];
  expect([...(await (grad(entropy)(at) as Tensor).data())].map((s) => s + 0)).toEqual([...near, 0]);
  expect(await jvp(entropy, [at], [tensor([1, 0, 0])])[1].item()).toBeCloseTo(slope, 12);
  const byWeights = (q: Tensor): Tensor => crossEntropy(at, q);
  const weights = tensor([0.5, 0.5, 0]);
  expect([...(await (grad(byWeights)(weights) as Tensor).data())].every(Number.isFinite)).toBe(true);
  expect(await jvp(byWeights, [weights], [tensor([1, -1, 0])])[1].item()).toBeCloseTo(1, 12);
});

test('the cross-entropy over no classes is 0', async () => {
  expect(await crossEntropy(zeros([3, 0]), zeros([3, 0])).item()).toBe(0);
});

test('a loss of each example has the same gradient mapped, alone, and as one of several losses', async () => {
  const rows = tensor([
    [1, 2, 3],
    [0, 0, 5],
    [2, 2, 2],
  ]);
  const loss = (t: Tensor): Tensor => crossEntropy(t, tensor([0.2, 0.3, 0.4]));
  const alone = await Promise.all([...rows].map(async (row) => [...(await (grad(loss)(row) as Tensor).data())]));
  expect(await vmap((t: Tensor) => grad(loss)(t) as Tensor)(rows).array()).toEqual(alone);
  const both = multiGrad((t: Tensor) => [loss(t.at(0)), loss(t.at(1))], sumLanes())(rows);
  expect(await both.grads.array()).toEqual([...alone.slice(0, 2), [0, 0, 0]]);
});
