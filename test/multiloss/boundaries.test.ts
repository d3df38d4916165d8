import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  dwa,
  gradVac,
  grad,
  krum,
  multiGrad,
  setDevice,
  sumLanes,
  tensor,
  trimmedMean,
  type Tensor,
} from '../../src/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});
afterAll(async () => {
  await setDevice('webasm');
});

const numbers = async (t: Tensor): Promise<number[]> => [...(await t.data())];

describe('as many lanes as are needed are enough', () => {
  test('trimmedMean: 2 trim + 1', async () => {
    for (const trim of [1, 2]) {
      const column = Array.from({ length: 2 * trim + 1 }, (_, i) => [i * i]);
      expect(await numbers(trimmedMean({ trim })(tensor(column)))).toEqual([trim * trim]);
      expect(() => trimmedMean({ trim })(tensor(column.slice(1)))).toThrow(`more than ${2 * trim} lanes are needed`);
    }
  });

  test('krum: byzantine + 3, and at least as many as are selected', async () => {
    // The two that are nearest to each other are nearest to a neighbour; the first of them is
    // taken.
    expect(await numbers(krum({ byzantine: 0 })(tensor([[5], [1], [1.5]])))).toEqual([1]);
    expect(() => krum({ byzantine: 0 })(tensor([[5], [1]]))).toThrow('krum: at least 3 lanes are needed, got 2');
    expect(await numbers(krum({ byzantine: 0, selected: 3 })(tensor([[3], [1], [2]])))).toEqual([2]);
  });
});

test('gradVac: the running mean keeps the share 1 − β of what it was', async () => {
  const rule = gradVac({ beta: 0.25 });
  const rows = (cosine: number): Tensor =>
    tensor([
      [1, 0],
      [cosine, Math.sqrt(1 - cosine * cosine)],
    ]);
  const [, first] = rule.apply(rows(0.8), rule.init(2));
  const [, second] = rule.apply(rows(0.6), first);
  const mean = 0.75 * (0.25 * 0.8) + 0.25 * 0.6;
  const got = await numbers(second);
  [0, mean, mean, 0].forEach((want, i) => expect(got[i]).toBeCloseTo(want, 12));
});

test('what heads and trunk both take from a parameter is summed', async () => {
  // h = w², losses h w and 3 h − w: the sum of the gradients is 3w² + 6w − 1.
  const w = tensor(0.7);
  const trunk = (x: Tensor): Tensor => x.square();
  const heads = (h: Tensor, x: Tensor): [Tensor, Tensor] => [h.mul(x), h.mul(3).sub(x)];
  const { grads } = multiGrad({ trunk, heads }, sumLanes())(w);
  expect(await grads.item()).toBeCloseTo(3 * 0.49 + 6 * 0.7 - 1, 12);
  const plain = grad((x: Tensor) => heads(trunk(x), x).reduce((a, b) => a.add(b)))(w);
  expect(await plain.item()).toBeCloseTo(await grads.item(), 12);
});

test('losses are given as a list of tensors and numbers as well as in one tensor', async () => {
  const w = dwa();
  const [, state] = w.apply(tensor([2, 3]), w.init(2));
  const [, again] = w.apply([tensor(1), 1.5], state);
  const [a] = w.apply([tensor(1), tensor(2)], again);
  const [b] = w.apply(tensor([1, 2]), again);
  expect(await numbers(a)).toEqual(await numbers(b));
});
