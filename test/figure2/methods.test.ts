import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clipByNorm,
  iterativePcgrad,
  key,
  mgda,
  pcgrad,
  random,
  setDevice,
  tensor,
  vmap,
  type Rule,
  type Tensor,
} from '../../src/index.ts';
import { methods, type Losses, type Memory, type Method } from '../../examples/figure2/methods.ts';
import { clipSum, iterativePcgrad1d, mgda1d, pcgrad1d } from '../../examples/figure2/oneDimension.ts';

await setDevice('reference');

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const methodOf = (name: string): Method => methods.find((m) => m.name === name)!;

/** Algorithm 1 of the GradDrop paper in one dimension, with the keep function k (P − ½) + ½. */
function signDropped(g: readonly number[], u: number, k: number): number {
  const purity = 0.5 * (1 + sum(g) / sum(g.map(Math.abs)));
  const keep = k * (purity - 0.5) + 0.5;
  return sum(g.filter((x) => (keep > u ? x > 0 : x < 0)));
}

/**
 * Algorithm 1 of the PCGrad paper, with numbers for vectors; in one dimension the order makes no
 * difference.
 */
function projected(g: readonly number[]): number {
  return sum(
    g.map((own, i) => {
      let x = own;
      g.forEach((other, j) => {
        if (j !== i && x * other < 0) x -= ((x * other) / (other * other)) * other;
      });
      return x;
    }),
  );
}

/**
 * A running sum in the order of the draws; each gradient is projected off it where they conflict.
 */
function iterated(g: readonly number[], draws: readonly number[]): number {
  const order = g.map((_, i) => i).sort((i, j) => draws[i]! - draws[j]!);
  return order.reduce((s, i) => (s * g[i]! < 0 ? s : s + g[i]!), 0);
}

/** The number of least size in the convex hull. */
const nearest = (g: readonly number[]): number =>
  g.every((x) => x > 0) ? Math.min(...g) : g.every((x) => x < 0) ? Math.max(...g) : 0;

const formulas: Record<string, (g: readonly number[], u: readonly number[]) => number> = {
  SGD: (g) => sum(g),
  'SGD, clipped': (g) => Math.max(-1, Math.min(1, sum(g))),
  MGDA: (g) => nearest(g),
  PCGrad: (g) => projected(g),
  'Iterative PCGrad': (g, u) => iterated(g, u),
  'Random GradDrop': (g, u) => signDropped(g, u[0]!, 0),
  GradDrop: (g, u) => signDropped(g, u[0]!, 1),
};

const a = [0.7, 1.9, 3.1, 4.4, 2.2];
const weights = [-7.3, -2.02, -0.4, 0.11, 1.6, 3.33, 5.8, 9.1];
/** Phases; with the second ones gradients agree at w = 0 and near it. */
const phases = [
  [0.3, 5.1, 2.7, 4.0, 1.1],
  [0.1, 0.2, -0.3, 0.2, 0.4],
];

const lossesOf =
  (b: readonly number[]): Losses =>
  (lanes) =>
    lanes.mul(tensor(a)).add(tensor(b)).sin().add(1);
const gradients = (b: readonly number[], w: number): number[] => a.map((x, i) => x * Math.cos(x * w + b[i]!));

describe.each(Object.keys(formulas))('%s', (name) => {
  const method = methodOf(name);
  test.each(phases)('goes where its formula says, phases %d, …', async (...b) => {
    for (const [i, w] of [...weights, 0].entries()) {
      const draws = await random.uniform(key(i), [method.draws]).array();
      const [direction] = method.step(lossesOf(b), tensor(w), method.init(), tensor(draws));
      const expected = formulas[name]!(gradients(b, w), draws as number[]);
      expect(await direction.item()).toBeCloseTo(expected, 10);
    }
  });
});

test('every method has its formula here', () => {
  expect([...Object.keys(formulas), 'GradNorm'].sort()).toEqual(methods.map((m) => m.name).sort());
});

test('GradNorm moves each loss weight towards the mean norm times its relative loss, and starts from ones', async () => {
  const method = methodOf('GradNorm');
  const b = phases[0]!;
  let memory: Memory = method.init();
  let loss = a.map(() => 1);
  const at = (w: number): number[] => a.map((x, i) => Math.sin(x * w + b[i]!) + 1);
  const first = at(0.11);
  for (const w of [0.11, 0.3, 0.25]) {
    const g = gradients(b, w);
    const size = g.map(Math.abs);
    const mean = (list: readonly number[]): number => sum(list) / list.length;
    const ratio = at(w).map((y, i) => y / first[i]!);
    const target = ratio.map((r) => (mean(loss.map((x, i) => x * size[i]!)) * r) / mean(ratio));
    const moved = loss.map((x, i) => {
      const slope = Math.sign(x * size[i]! - target[i]!) * (size[i]! / mean(size));
      return Math.max(x - 0.025 * slope, 1e-6);
    });
    loss = moved.map((x) => x / mean(moved));
    const [direction, next] = method.step(lossesOf(b), tensor(w), memory, tensor([]));
    memory = next;
    expect(await direction.item()).toBeCloseTo(sum(g.map((x, i) => x * loss[i]!)), 10);
  }
});

test('GradNorm goes on from a start where a loss is 0', async () => {
  const method = methodOf('GradNorm');
  const zeroAtStart: Losses = (lanes) => lanes.square().mul(tensor([0, 1, 1, 1, 1]));
  let memory = method.init();
  for (const w of [1, 0.9, 0.8]) {
    const [direction, next] = method.step(zeroAtStart, tensor(w), memory, tensor([]));
    memory = next;
    expect(await direction.item()).toBeGreaterThan(0);
  }
});

/** Gradients of many sizes and zeros, but none whose square a double cannot hold. */
const gradient = fc
  .oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: -1e-6, max: 1e-6, noNaN: true }))
  .map((x) => (Math.abs(x) < 1e-30 ? 0 : x));
const lists = fc.oneof(
  fc.array(gradient, { minLength: 5, maxLength: 5 }),
  fc.array(gradient.map(Math.abs), { minLength: 5, maxLength: 5 }),
  fc.array(
    gradient.map((x) => -Math.abs(x)),
    { minLength: 5, maxLength: 5 },
  ),
);

async function expectEqualRules(closed: Rule, rule: Rule, g: readonly number[], within = 1e-9): Promise<void> {
  const [x, y] = [await closed(tensor(g)).item(), await rule(tensor(g)).item()];
  expect(Math.abs(x - y)).toBeLessThanOrEqual(within * Math.max(...g.map(Math.abs)));
}

describe('a closed form for one dimension equals the library’s rule', () => {
  const lengths = fc.array(gradient, { minLength: 1, maxLength: 6 });

  test('mgda', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(lists, lengths), async (g) => {
        // The rule sees squares of the gradients only, so it knows the gradients themselves to half
        // the digits.
        await expectEqualRules(mgda1d, mgda(), g, 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test('pcgrad', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(lists, lengths), fc.nat(1e6), async (g, seed) => {
        await expectEqualRules(pcgrad1d, pcgrad({ key: key(seed) }), g);
      }),
      { numRuns: 200 },
    );
  });

  test('iterativePcgrad, draw by draw', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(1e6), async (g, seed) => {
        const k = key(seed);
        // As for mgda: the squared length of a running sum that cancels is known from squares, to
        // half the digits.
        await expectEqualRules(iterativePcgrad1d(random.uniform(k, [5])), iterativePcgrad({ key: k }), g, 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test('clipByNorm of the sum', async () => {
    const rule: Rule = (g) => clipByNorm(g.sum({ axis: 0 }), 1);
    await fc.assert(
      fc.asyncProperty(lists, async (g) => {
        await expectEqualRules(clipSum(1), rule, g);
      }),
      { numRuns: 200 },
    );
  });

  test('and mapped over runs it is what it is for each alone', async () => {
    const lanes = random.normal(key(3), [40, 5]);
    const draws = random.uniform(key(4), [40, 5]);
    const merged = vmap((g: Tensor, u: Tensor) => iterativePcgrad1d(u)(g))(lanes, draws);
    for (let i = 0; i < 40; i++) {
      const alone = iterated((await lanes.at(i).array()) as number[], (await draws.at(i).array()) as number[]);
      expect(await merged.at(i).item()).toBeCloseTo(alone, 10);
    }
  });
});
