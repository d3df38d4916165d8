import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { realize, setDevice, tensor, type Rule, type Weighting } from '../../src/index.ts';
import { bernstein } from '../../src/testing/claims/sampling.ts';

await setDevice('reference');

/** Weights of the steps of a weighting, worked out from its state. */
async function steps<S>(w: Weighting<S>, losses: readonly number[][], norms?: number[]): Promise<number[][]> {
  let state = w.init(losses[0]!.length);
  const all: number[][] = [];
  for (const now of losses) {
    const [weights, next] = w.apply(tensor(now), state, norms ? { norms: tensor(norms) } : {});
    all.push((await weights.array()) as number[]);
    state = (await realize(next as object as never)) as S;
  }
  return all;
}

function expectNear(got: readonly (readonly number[])[], want: readonly (readonly number[])[]): void {
  expect(got.length).toBe(want.length);
  got.forEach((row, t) => row.forEach((x, i) => expect(x, `step ${t}, loss ${i}`).toBeCloseTo(want[t]![i]!, 12)));
}

const losses = [
  [2, 0.5, 1],
  [1.5, 0.4, 1.2],
  [1.1, 0.45, 0.9],
  [1, 0.3, 0.7],
];

const softmax = (x: readonly number[]): number[] => {
  const e = x.map(Math.exp);
  return e.map((v) => v / e.reduce((a, b) => a + b));
};
const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b) / x.length;

describe('each step of a weighting is its formula, with the defaults that are documented', () => {
  test('uncertainty: s ← s − lr ½ (1 − e^{−s} L), weights ½ e^{−s}', async () => {
    for (const lr of [0.025, 0.3]) {
      let s = [0, 0, 0];
      const want = losses.map((l) => {
        const weights = s.map((x) => 0.5 * Math.exp(-x));
        s = s.map((x, i) => x - lr * 0.5 * (1 - Math.exp(-x) * l[i]!));
        return weights;
      });
      expectNear(await steps(lr === 0.025 ? c.uncertainty() : c.uncertainty({ lr }), losses), want);
    }
  });

  test('imtlL: s ← s − lr (e^s L − 1), weights e^s', async () => {
    for (const lr of [0.025, 0.3]) {
      let s = [0, 0, 0];
      const want = losses.map((l) => {
        const weights = s.map(Math.exp);
        s = s.map((x, i) => x - lr * (Math.exp(x) * l[i]! - 1));
        return weights;
      });
      expectNear(await steps(lr === 0.025 ? c.imtlL() : c.imtlL({ lr }), losses), want);
    }
  });

  test('dwa: n softmax(L(t−1) / L(t−2) / T)', async () => {
    for (const temperature of [2, 0.7]) {
      const want = losses.map((_, t) =>
        t < 2
          ? [1, 1, 1]
          : softmax(losses[t - 1]!.map((x, i) => x / losses[t - 2]![i]! / temperature)).map((x) => 3 * x),
      );
      expectNear(await steps(temperature === 2 ? c.dwa() : c.dwa({ temperature }), losses), want);
    }
  });

  test('stch: p softmax(p L / μ), even preferences and μ = 1', async () => {
    const even = losses.map((l) => softmax(l.map((x) => x / 3)).map((x) => x / 3));
    expectNear(await steps(c.stch(), losses), even);
    const p = [0.5, 1, 0.25];
    const uneven = losses.map((l) => softmax(l.map((x, i) => (p[i]! * x) / 0.4)).map((x, i) => p[i]! * x));
    expectNear(await steps(c.stch({ mu: 0.4, preference: p }), losses), uneven);
  });

  test('famo: ξ ← ξ − lr (J (log L(t−1) − log L(t)) + decay ξ), weights softmax(ξ)/L over their sum', async () => {
    for (const [lr, decay] of [
      [0.025, 0.001],
      [0.4, 0.2],
    ] as const) {
      let xi = [0, 0, 0];
      const want = losses.map((l, t) => {
        if (t > 0) {
          const w = softmax(xi);
          const fall = l.map((x, i) => Math.log(losses[t - 1]![i]!) - Math.log(x));
          const along = w.reduce((a, x, i) => a + x * fall[i]!, 0);
          xi = xi.map((x, i) => x - lr * (w[i]! * (fall[i]! - along) + decay * x));
        }
        const relative = softmax(xi).map((x, i) => x / l[i]!);
        const sum = relative.reduce((a, b) => a + b);
        return relative.map((x) => x / sum);
      });
      expectNear(await steps(lr === 0.025 ? c.famo() : c.famo({ lr, decay }), losses), want);
    }
  });

  test('gradNorm: a step down |w n − n̄ r^α| with the target held fixed, then the sum n again', async () => {
    const norms = [1, 4, 2];
    for (const [alpha, lr] of [
      [1.5, 0.025],
      [0.5, 0.1],
    ] as const) {
      let w = [1, 1, 1];
      const want = losses.map((l) => {
        const ratio = l.map((x, i) => x / losses[0]![i]!);
        const rate = ratio.map((x) => x / mean(ratio));
        const sizes = norms.map((x) => x / mean(norms));
        const weighted = w.map((x, i) => x * sizes[i]!);
        const target = rate.map((r) => mean(weighted) * r ** alpha);
        const moved = w.map((x, i) => Math.max(1e-6, x - lr * Math.sign(weighted[i]! - target[i]!) * sizes[i]!));
        w = moved.map((x) => x / mean(moved));
        return w;
      });
      expectNear(await steps(alpha === 1.5 ? c.gradNorm() : c.gradNorm({ alpha, lr }), losses, norms), want);
    }
  });

  test('geometricMean: (Π L)^{1/n} / (n L)', async () => {
    const want = losses.map((l) => l.map((x) => Math.cbrt(l.reduce((a, b) => a * b)) / (3 * x)));
    expectNear(await steps(c.geometricMean(), losses), want);
  });
});

const J = [
  [1, 2],
  [1.1, 2.2],
  [0.9, 1.7],
  [1.3, 1.9],
  [100, -100],
];
const merged = async (rule: Rule, rows: readonly number[][] = J): Promise<number[]> => [
  ...(await rule(tensor(rows)).data()),
];
const same = async (a: Rule, b: Rule, rows?: readonly number[][]): Promise<void> => {
  const want = await merged(b, rows);
  (await merged(a, rows)).forEach((x, i) => expect(x).toBeCloseTo(want[i]!, 12));
};

describe('rules', () => {
  test('have the defaults that are documented, and others change the result', async () => {
    const rows = [
      [1, 0.3],
      [-0.7, 0.4],
      [0.2, -1.5],
    ];
    await same(c.krum({ byzantine: 1 }), c.krum({ byzantine: 1, selected: 1 }));
    await same(c.cagrad(), c.cagrad({ c: 0.5 }), rows);
    await same(c.fairGrad(), c.fairGrad({ alpha: 1 }), [
      [1, 0.2],
      [0.1, 2],
    ]);
    expect(await merged(c.cagrad({ c: 0.4 }), rows)).not.toEqual(await merged(c.cagrad(), rows));
    expect(
      await merged(c.fairGrad({ alpha: 2 }), [
        [1, 0.2],
        [0.1, 2],
      ]),
    ).not.toEqual(
      await merged(c.fairGrad(), [
        [1, 0.2],
        [0.1, 2],
      ]),
    );
    const [one, half] = [c.gradVac(), c.gradVac({ beta: 0.5 })];
    const state = one.init(3);
    expect(await one.apply(tensor(rows), state)[1].array()).toEqual(await half.apply(tensor(rows), state)[1].array());
  });

  test('config sees only the proportions of its preferences', async () => {
    const J = tensor([
      [1, 2, 0],
      [-1, 0.5, 3],
    ]);
    const merged = await Promise.all(
      [0.01, 1, 100].map(async (s) => [
        ...(await c
          .config({ preference: [s, 3 * s] })(J)
          .data()),
      ]),
    );
    expectNear(merged, [merged[1]!, merged[1]!, merged[1]!]);
    expect(Math.hypot(...merged[1]!)).toBeGreaterThan(1);
  });

  test('krum takes the gradients that are nearest to n − byzantine − 2 others', async () => {
    const near = (i: number): number =>
      J.map((row) => (row[0]! - J[i]![0]!) ** 2 + (row[1]! - J[i]![1]!) ** 2)
        .filter((_, j) => j !== i)
        .sort((a, b) => a - b)
        .slice(0, 2)
        .reduce((a, b) => a + b);
    const order = [0, 1, 2, 3, 4].sort((a, b) => near(a) - near(b));
    for (let selected = 1; selected <= 4; selected++) {
      const chosen = order.slice(0, selected).map((i) => J[i]!);
      const want = [0, 1].map((k) => chosen.reduce((s, row) => s + row[k]!, 0) / selected);
      const got = await merged(c.krum({ byzantine: 1, selected }));
      got.forEach((x, k) => expect(x).toBeCloseTo(want[k]!, 12));
    }
  });

  test('decide ranks at the precision of the numbers: parallel gradients stay parallel in float32', async () => {
    const row = [0.1, 0.7, -0.3, 0.9].map(Math.fround);
    const rows = [row, row.map((x) => Math.fround(x * 1.7)), row.map((x) => Math.fround(x * 0.3))];
    // One direction alone: Aligned-MTL weighs by the one eigenvalue that is there.
    const want = await merged(c.alignedMtl(), [row, row.map((x) => x * 1.7), row.map((x) => x * 0.3)]);
    await setDevice('cpu');
    try {
      (await merged(c.alignedMtl(), rows)).forEach((x, i) => expect(x).toBeCloseTo(want[i]!, 4));
    } finally {
      await setDevice('reference');
    }
  });
});

test('cagrad with radius 0 is the mean', async () => {
  (await merged(c.cagrad({ c: 0 }))).forEach((x, k) => expect(x).toBeCloseTo(mean(J.map((row) => row[k]!)), 12));
});

describe('signDrop', () => {
  test('takes keep functions that differ in a number for two', async () => {
    const g = tensor([
      [2, 2],
      [-1, -1],
    ]);
    for (const [share, want] of [
      [0.2, -1],
      [0.8, 2],
      [0.4, -1],
      [0.6, 2],
    ] as const) {
      const rule = c.signDrop({ draw: tensor([0.5, 0.5]), keep: (p) => p.mul(0).add(share) });
      expect(await rule(g).array(), `keep ${share}`).toEqual([want, want]);
    }
  });

  test('under vmap each example has the leaks that all have, and passes at its own zeros', async () => {
    const hs = tensor([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
    const lanes = tensor([
      [2, 1],
      [-3, -4],
    ]);
    const rule = c.signDrop({ draw: tensor([0.25, 0.75]), marginalize: 'none', leak: [1, 0.5] });
    const one = (h: c.Tensor): c.Tensor => c.vjp((x: c.Tensor) => c.fanOut(x, 2, rule), h)[1](lanes)[0];
    // At h = 0 every lane passes, else the positive one for U = ¼ (P = 2/5) and the negative one,
    // with the leak 1, for U = ¾.
    expect(await c.vmap(one)(hs).array()).toEqual([
      [-1, -3],
      [0.5, -3],
      [-1, -3],
    ]);
    // The lanes of each example at one input.
    const back = (g: c.Tensor): c.Tensor => c.vjp((x: c.Tensor) => c.fanOut(x, 2, rule), tensor([1, 0]))[1](g)[0];
    const both = c.stack([lanes, lanes.neg()]);
    expect(await c.vmap(back)(both).array()).toEqual([await back(both.at(0)).array(), await back(both.at(1)).array()]);
  });

  test('reads the signs of its own example’s input under vmap', async () => {
    const h = tensor([
      [1, -1],
      [-1, 1],
      [1, 1],
    ]);
    const f = (x: c.Tensor): c.Tensor => {
      const rule = c.signDrop({ draw: tensor([0.5, 0.5]), marginalize: 'none' });
      const [a, b] = c.fanOut(x, 2, rule) as Iterable<c.Tensor> as [c.Tensor, c.Tensor];
      return a.mul(2).sub(b).sum();
    };
    // The lanes send 2 and −1: what agrees with the input's sign by more than half passes.
    const one = c.grad(f);
    const alone = await Promise.all([0, 1, 2].map(async (i) => [...(await one(h.at(i)).data())]));
    expect(
      await c
        .vmap((x: c.Tensor) => one(x))(h)
        .array(),
    ).toEqual(alone);
  });
});

test('pcgrad takes the others in every order, each as often', async () => {
  const rows = [
    [-0.5, -1, 2],
    [0, 1.5, -2],
    [1, 1, -1.5],
  ];
  const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, k) => s + x * b[k]!, 0);
  /** A gradient projected off others in an order. */
  const projected = (i: number, order: readonly number[]): number[] =>
    order.reduce((g, j) => {
      const share = Math.min(0, inner(g, rows[j]!)) / inner(rows[j]!, rows[j]!);
      return g.map((x, k) => x - share * rows[j]![k]!);
    }, rows[i]!);
  const orders = [0, 1, 2].map((i) => [0, 1, 2].filter((j) => j !== i)).map((pair) => [pair, pair.toReversed()]);
  const each = orders.map((two, i) => two.map((order) => projected(i, order)));
  const keyOf = (g: readonly number[]): string => g.map((x) => (x + 0).toFixed(9)).join();
  const outcomes = new Map<string, number>();
  for (const a of each[0]!)
    for (const b of each[1]!) for (const d of each[2]!) outcomes.set(keyOf(a.map((x, k) => x + b[k]! + d[k]!)), 0);
  expect(outcomes.size).toBe(8);
  const n = 400;
  for (let seed = 0; seed < n; seed++) {
    const got = keyOf(await merged(c.pcgrad({ key: c.key(seed) }), rows));
    expect([...outcomes.keys()]).toContain(got);
    outcomes.set(got, outcomes.get(got)! + 1);
  }
  for (const count of outcomes.values()) expect(Math.abs(count - n / 8)).toBeLessThan(bernstein(n, 1 / 8, 1e-6));
});

describe('gradients without elements', () => {
  const rules: Record<string, Rule> = {
    sumLanes: c.sumLanes(),
    meanLanes: c.meanLanes(),
    signDrop: c.signDrop({ key: c.key(0) }),
    pcgrad: c.pcgrad({ key: c.key(0) }),
    mgda: c.mgda(),
    cagrad: c.cagrad(),
    imtlG: c.imtlG(),
    nashMtl: c.nashMtl(),
    alignedMtl: c.alignedMtl(),
    upgrad: c.upgrad(),
    dualProj: c.dualProj(),
    gradVac: c.gradVac(),
    config: c.config(),
    fairGrad: c.fairGrad(),
  };
  for (const [name, rule] of Object.entries(rules))
    test(`merge to none by ${name}`, async () => {
      const got = rule(c.zeros([3, 0]));
      expect(got.shape).toEqual([0]);
      expect([...(await got.data())]).toEqual([]);
    });
});
