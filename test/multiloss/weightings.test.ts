import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import {
  clipByNorm,
  compile,
  grad,
  gradientPenalty,
  key,
  realize,
  setDevice,
  tensor,
  vmap,
  type Tensor,
  type Weighting,
} from '../../src/index.ts';
import { checkGrads } from '../../src/testing/checkGrads.ts';
import { expectSame, read } from '../transforms/support.ts';

await setDevice('reference');

/**
 * The weights of so many steps with losses (and norms) that do not change, or follow a function of
 * the step.
 */
async function follow<S>(
  w: Weighting<S>,
  steps: number,
  losses: (t: number) => number[],
  norms?: number[],
): Promise<number[][]> {
  let state = w.init(losses(0).length);
  const all: number[][] = [];
  for (let t = 0; t < steps; t++) {
    const [weights, next] = w.apply(tensor(losses(t)), state, norms ? { norms: tensor(norms) } : {});
    all.push((await weights.array()) as number[]);
    state = await realize(next as object as S);
  }
  return all;
}

describe('gradNorm', () => {
  test('evens out the gradients’ norms where losses fall alike', async () => {
    const weights = (await follow(c.gradNorm({ alpha: 1 }), 400, () => [1, 1, 1], [1, 2, 4])).at(-1)!;
    const product = weights.map((w, i) => w * [1, 2, 4][i]!);
    for (const p of product) expect(p / product[0]!).toBeCloseTo(1, 0);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(3, 9);
  });

  test('gives more to the loss that has fallen less, the more so the larger alpha', async () => {
    const shares = await Promise.all(
      [0, 0.5, 1.5].map(async (alpha) => {
        const last = (
          await follow(c.gradNorm({ alpha, lr: 0.01 }), 600, (t) => (t === 0 ? [1, 1] : [0.9, 0.3]), [1, 1])
        ).at(-1)!;
        return last[0]! / last[1]!;
      }),
    );
    // Weighted norms in the proportion of r^alpha, r = 0.9 : 0.3.
    [0, 0.5, 1.5].forEach((alpha, i) => expect(shares[i]! / 3 ** alpha).toBeCloseTo(1, 0));
    expect(shares[2]).toBeGreaterThan(shares[1]!);
  });

  test('a loss that begins at 0, or losses and norms that are all 0, leave finite weights', async () => {
    for (const [losses, norms] of [
      [(t: number) => [0, 1 / (t + 1)], [1, 2]],
      [() => [0, 0], [0, 0]],
      [(t: number) => [t, 1], [0, 1]],
    ] as const) {
      const all = await follow(c.gradNorm(), 6, (t) => [...losses(t)], [...norms]);
      for (const w of all.flat()) expect(w).toBeGreaterThan(0);
      expect(all.at(-1)!.reduce((a, b) => a + b)).toBeCloseTo(2, 9);
    }
  });

  test('does not see the scale of the losses', async () => {
    const one = await follow(c.gradNorm(), 5, (t) => [1, 1 / (t + 1)], [1, 3]);
    const many = await follow(c.gradNorm(), 5, (t) => [1e6, 1e6 / (t + 1)], [1e6, 3e6]);
    one.flat().forEach((v, i) => expect(many.flat()[i]).toBeCloseTo(v, 9));
  });
});

describe('the other weightings', () => {
  test('uncertainty comes to rest at half a reciprocal loss, imtlL at a reciprocal loss', async () => {
    const rest = (await follow(c.uncertainty({ lr: 0.5 }), 200, () => [2, 0.5])).at(-1)!;
    [0.25, 1].forEach((v, i) => expect(rest[i]).toBeCloseTo(v, 6));
    const even = (await follow(c.imtlL({ lr: 0.2 }), 200, () => [2, 0.5])).at(-1)!;
    [0.5, 2].forEach((v, i) => expect(even[i]).toBeCloseTo(v, 6));
  });

  test('dwa weighs by how slowly losses fell two steps ago, ones before that is known', async () => {
    const all = await follow(c.dwa({ temperature: 2 }), 4, (t) => [1, 0.5 ** t]);
    expect(all.slice(0, 2)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const [a, b] = [Math.exp(1 / 2), Math.exp(0.5 / 2)];
    [(2 * a) / (a + b), (2 * b) / (a + b)].forEach((v, i) => expect(all[2]![i]).toBeCloseTo(v, 9));
  });

  test('dwa gives a loss that was 0 the weight of one that does not change', async () => {
    const all = await follow(c.dwa(), 5, (t) => [0, 2, t]);
    all.slice(2).forEach((w, i) => {
      expect(w[1]).toBe(w[0]);
      expect(w.reduce((a, b) => a + b)).toBeCloseTo(3, 9);
      if (i === 0) expect(w).toEqual([1, 1, 1]);
      else expect(w[2]).toBeGreaterThan(w[1]!);
    });
  });

  test('geometricMean and stch are the gradients of what they are named for', async () => {
    const losses = tensor([0.5, 2, 3]);
    const [gls] = c.geometricMean().apply(losses, c.geometricMean().init(3));
    await expectSame(gls, grad((l: Tensor) => l.prod().pow(1 / 3))(losses));
    const w = c.stch({ mu: 0.3, preference: [1, 0.5, 0.25] });
    const [smooth] = w.apply(losses, w.init(3));
    await expectSame(
      smooth,
      grad((l: Tensor) =>
        l
          .mul(tensor([1, 0.5, 0.25]))
          .div(0.3)
          .logSumExp()
          .mul(0.3),
      )(losses),
    );
  });

  test('famo moves weight to the loss that falls less', async () => {
    const all = await follow(c.famo({ lr: 0.5 }), 10, (t) => [1, 0.8 ** t]);
    const share = (w: number[], t: number): number => w[0]! / (w[1]! * 0.8 ** t);
    expect(share(all[0]!, 0)).toBeCloseTo(1, 9);
    for (let t = 1; t < 10; t++) expect(share(all[t]!, t)).toBeGreaterThan(share(all[t - 1]!, t - 1));
    all.forEach((w) => expect(w.reduce((a, b) => a + b)).toBeCloseTo(1, 9));
  });

  test('randomLossWeights differ from step to step, sum to 1, and are a function of the key', async () => {
    const all = await follow(c.randomLossWeights({ key: key(1) }), 3, () => [1, 1]);
    expect(new Set(all.flat()).size).toBe(6);
    all.forEach((w) => expect(w[0]! + w[1]!).toBeCloseTo(1, 9));
    expect(await follow(c.randomLossWeights({ key: key(1) }), 3, () => [1, 1])).toEqual(all);
  });

  test('weights are constants to differentiation, and states pass through compile', async () => {
    const list: [string, Weighting<unknown>][] = [
      ['gradNorm', c.gradNorm()],
      ['uncertainty', c.uncertainty()],
      ['dwa', c.dwa()],
      ['geometricMean', c.geometricMean()],
      ['imtlL', c.imtlL()],
      ['stch', c.stch()],
      ['famo', c.famo()],
      ['randomLossWeights', c.randomLossWeights({ key: key(0) })],
    ];
    const norms = tensor([1, 2]);
    for (const [name, w] of list) {
      const step = compile((losses: Tensor, state: unknown) => w.apply(losses, state, { norms }));
      let state = w.init(2);
      for (let t = 0; t < 3; t++) state = step(tensor([1, 2 - 0.5 * t]), state)[1];
      expect(step.traces, name).toBe(1);
      const slope = grad((l: Tensor) => w.apply(l, state, { norms })[0].sum())(tensor([1, 2]));
      expect(await slope.array(), name).toEqual([0, 0]);
    }
  });
});

describe('gradVac', () => {
  test('turns gradients only as far as they used to agree', async () => {
    const rule = c.gradVac({ beta: 1 });
    const J = tensor([
      [1, 0],
      [0.6, 0.8],
    ]);
    // Before anything is known it is PCGrad, which leaves these alone; then the target is their
    // cosine, 0.6.
    const [first, state] = rule.apply(J, rule.init(2));
    expect(((await first.array()) as number[]).map((v) => Number(v.toFixed(9)))).toEqual([1.6, 0.8]);
    expect(await read(state)).toEqual(
      [
        [0, 0.6],
        [0.6, 0],
      ].map((r) => r.map((v) => expect.closeTo(v, 9))),
    );
    const apart = tensor([
      [1, 0],
      [0, 1],
    ]);
    const [merged] = rule.apply(apart, state);
    // Each is turned to (x, y) with cosine 0.6: 1·e₁ + 0.75·e₂ and the same for the other.
    ((await merged.array()) as number[]).forEach((v) => expect(v).toBeCloseTo(1.75, 9));
  });

  test('turns a gradient until it has the cosine with the other that they used to have', async () => {
    const pair = (cosine: number): Tensor =>
      tensor([
        [2, 0],
        [3 * cosine, 3 * Math.sqrt(1 - cosine * cosine)],
      ]);
    for (const [before, now] of [
      [0.6, 0.25],
      [0.9, -0.5],
      [0.3, -0.99],
      [-0.4, -0.7],
    ] as const) {
      const rule = c.gradVac({ beta: 1 });
      const state = rule.apply(pair(before), rule.init(2))[1];
      const [a, b] = (await pair(now).array()) as [number[], number[]];
      const [x, y] = (await rule.apply(pair(now), state)[0].array()) as [number, number];
      // g + s g′ with s ≥ 0 and cosine `before` with g′, in each of the two, found by halving.
      const turned = (g: number[], other: number[]): number[] => {
        const at = (s: number): number[] => g.map((v, k) => v + s * other[k]!);
        const cosine = (v: number[]): number =>
          v.reduce((t, u, k) => t + u * other[k]!, 0) / Math.hypot(...v) / Math.hypot(...other);
        let [low, high] = [0, 1e3];
        for (let i = 0; i < 100; i++) {
          const middle = (low + high) / 2;
          if (cosine(at(middle)) < before) low = middle;
          else high = middle;
        }
        return at(high);
      };
      const want = turned(a, b).map((v, k) => v + turned(b, a)[k]!);
      [x, y].forEach((v, k) => expect(v, `from ${now} to ${before}`).toBeCloseTo(want[k]!, 8));
    }
  });

  test('a gradient that another one cancels has no cosine, and what is remembered stays as it is', async () => {
    const opposed = tensor([
      [1, 0],
      [-1, 0],
      [0.6, 0.8],
    ]);
    const rule = c.gradVac({ beta: 0.5 });
    const [merged, state] = rule.apply(opposed, rule.init(3));
    expect(((await merged.array()) as number[]).every(Number.isFinite)).toBe(true);
    // The first two become 0 by each other: neither then has a cosine with the third.
    expect(await read(state)).toEqual([[0, -0.5, 0], [-0.5, 0, 0], [0.3, -0.3, 0].map((x) => expect.closeTo(x, 12))]);
  });
});

test('one loss is as many as need be', async () => {
  const one = { uncertainty: c.uncertainty(), dwa: c.dwa(), imtlL: c.imtlL(), gradNorm: c.gradNorm(), famo: c.famo() };
  for (const [name, w] of Object.entries(one) as [string, Weighting<unknown>][]) {
    const [weights] = w.apply(tensor([2]), w.init(1), { norms: tensor([1]) });
    expect(
      ((await weights.array()) as number[]).every((x) => x > 0),
      name,
    ).toBe(true);
  }
});

describe('clipByNorm', () => {
  test('scales down what is longer, a tree as one vector, and leaves the rest', async () => {
    expect(await read(clipByNorm({ a: tensor([3]), b: tensor(4) }, 1))).toEqual({
      a: [expect.closeTo(0.6, 12)],
      b: expect.closeTo(0.8, 12),
    });
    expect(await clipByNorm(tensor([3, 4]), 5).array()).toEqual([3, 4]);
    expect(await clipByNorm(tensor([0, 0]), 1).array()).toEqual([0, 0]);
    expect(await clipByNorm(tensor([3, 4]), 0).array()).toEqual([0, 0]);
    expect(await clipByNorm(tensor([3e200, 4e200]), 1).array()).toEqual([
      expect.closeTo(0.6, 12),
      expect.closeTo(0.8, 12),
    ]);
  });

  test('under vmap clips each example', async () => {
    const rows = vmap((g: Tensor) => clipByNorm(g, 1))(
      tensor([
        [3, 4],
        [0.3, 0.4],
      ]),
    );
    await expectSame(
      rows,
      tensor([
        [0.6, 0.8],
        [0.3, 0.4],
      ]),
    );
  });
});

describe('gradientPenalty', () => {
  test('is (‖∇f‖ − target)², and has the derivative of a second derivative', async () => {
    const f = (x: Tensor): Tensor => x.square().sum();
    expect(await gradientPenalty(f, tensor([1.5, 2])).item()).toBeCloseTo(16, 9);
    expect(await gradientPenalty(f, tensor([1.5, 2]), { target: 0 }).item()).toBeCloseTo(25, 9);
    const tree = gradientPenalty((p: { a: Tensor; b: Tensor }) => p.a.mul(3).add(p.b.mul(4)), { a: 1, b: 1 });
    expect(await tree.item()).toBeCloseTo(16, 9);
    await checkGrads(
      (w: Tensor, x: Tensor) => gradientPenalty((z: Tensor) => z.mul(w).sin().sum(), x),
      [tensor([1, 2]), tensor([0.3, 0.4])],
    );
  });
});
