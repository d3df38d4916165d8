import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fanOut,
  foldIn,
  grad,
  gradDrop,
  gradDropPresets,
  gradients,
  jacfwd,
  jacrev,
  iterativePcgrad,
  key,
  lanesReport,
  mgda,
  pcgrad,
  random,
  realize,
  signDrop,
  sumLanes,
  tensor,
  vjp,
  vmap,
  type Rule,
  type SignDropOptions,
  type Tensor,
} from '../../src/index.ts';
import { laneWeights } from '../../src/autodiff/laneWeights.ts';
import { plansMade } from '../support/plansMade.ts';
import { topological } from '../../src/graph/walk.ts';
import type { Node } from '../../src/graph/node.ts';
import { Tensor as Handle } from '../../src/tensor/tensor.ts';
import { algorithm1, purityShape, type Problem } from './algorithm1.ts';
import { expectClose } from './checkCase.ts';
import { count } from './nd.ts';
import { suiteOn, type DeviceName, type Settings } from './settings.ts';

/** What gradDrop sends back for lanes that receive g. */
export const merge = (h: Tensor, lanes: number, options: SignDropOptions, g: Tensor): Tensor =>
  vjp((x: Tensor) => gradDrop(x, lanes, options), h)[1](g)[0];

const keeps = {
  steep: {
    keep: (p: Tensor) => p.sub(0.5).mul(4).sigmoid(),
    f: (P: number) => 1 / (1 + Math.exp(-4 * (P - 0.5))),
  },
  constant: { keep: () => 0.3, f: () => 0.3 },
  step: { keep: (p: Tensor) => p.greater(0.5).where(0.9, 0.1), f: (P: number) => (P > 0.5 ? 0.9 : 0.1) },
};

interface Drawn {
  readonly problem: Problem;
  readonly options: SignDropOptions;
}

/**
 * Any problem with any options: values on a grid that float32 holds exactly, zeros and equal
 * numbers among them.
 */
const problems: fc.Arbitrary<Drawn> = fc
  .record({
    lanes: fc.integer({ min: 1, max: 5 }),
    where: fc.constantFrom<[number[], SignDropOptions['marginalize'], number[]]>(
      [[6], 'none', []],
      [[6], 'batch', [0]],
      [[3, 4], undefined, [0]],
      [[3, 4], 'none', []],
      [[3, 4], [1], [1]],
      [
        [3, 4],
        [0, -1],
        [0, 1],
      ],
      [[2, 3, 2, 2], 'batch', [0]],
      [
        [2, 3, 2, 2],
        [0, 2, 3],
        [0, 2, 3],
      ],
      [[], 'none', []],
    ),
    keep: fc.constantFrom<[number | undefined, keyof typeof keeps | undefined]>(
      [undefined, undefined],
      [1, undefined],
      [0, undefined],
      [0.25, undefined],
      [undefined, 'steep'],
      [undefined, 'constant'],
      [undefined, 'step'],
    ),
    leak: fc.constantFrom<'none' | 'one' | 'each'>('none', 'one', 'each'),
    inputSign: fc.boolean(),
    zeroSign: fc.constantFrom('keep' as const, 'drop' as const, 'positive' as const),
    preserveNorm: fc.boolean(),
  })
  .chain(({ lanes, where: [shape, marginalize, axes], keep: [k, keepName], leak, ...rest }) => {
    const n = count(shape);
    const values = (size: number): fc.Arbitrary<number[]> =>
      fc.array(
        fc.integer({ min: -8, max: 8 }).map((v) => v / 4),
        { minLength: size, maxLength: size },
      );
    const draws = count(purityShape(shape, axes));
    return fc
      .record({
        g: values(lanes * n),
        h: values(n),
        U: fc.array(
          fc.nat({ max: 63 }).map((j) => (2 * j + 1) / 128),
          { minLength: draws, maxLength: draws },
        ),
        leaks: fc.array(
          fc.nat({ max: 4 }).map((l) => l / 4),
          { minLength: lanes, maxLength: lanes },
        ),
      })
      .map(({ g, h, U, leaks }): Drawn => {
        const f = keepName ? keeps[keepName].f : (P: number): number => (k ?? 1) * (P - 0.5) + 0.5;
        const used = leak === 'none' ? leaks.map(() => 0) : leak === 'one' ? leaks.map(() => leaks[0]!) : leaks;
        const options: SignDropOptions = {
          draw: tensor(U, { shape: purityShape(shape, axes) }),
          ...(k !== undefined && { k }),
          ...(keepName && { keep: keeps[keepName].keep }),
          ...(leak !== 'none' && { leak: leak === 'one' ? leaks[0]! : leaks }),
          ...(marginalize !== undefined && { marginalize }),
          ...rest,
        };
        return { problem: { lanes, shape, g, h, axes, U, f, leak: used, ...rest }, options };
      });
  })
  // Nearer to a tie, two ways to compute a purity may fall on two sides of it.
  .filter(({ problem }) => algorithm1(problem).gap > 1e-5);

/** The nodes of one operation below a tensor. */
const nodesOf = (t: Tensor, op: string): Node[] => topological([t.node], () => false).filter((n) => n.op === op);

/** One position, its lanes' gradients g, no sign of h: what comes back for a draw U. */
async function update(g: readonly number[], U: number, options: SignDropOptions = {}): Promise<number> {
  const all = { draw: tensor(U), marginalize: 'none', inputSign: false, ...options } as const;
  return merge(tensor(1), g.length, all, tensor(g)).item();
}

const total = (g: readonly number[]): number => g.reduce((a, b) => a + b, 0);
const sides = (g: readonly number[]): [p: number, q: number] => [
  total(g.map((x) => Math.max(x, 0))),
  total(g.map((x) => Math.max(-x, 0))),
];

/**
 * The two values that an update takes, each with its probability, found by drawing on either side
 * of f(P).
 */
async function outcomes(
  g: readonly number[],
  k: number,
  leak: readonly number[] = g.map(() => 0),
): Promise<[number, number][]> {
  const [p, q] = sides(g);
  const f = k * (p / (p + q) - 0.5) + 0.5;
  const at: [number, number][] = [];
  if (f > 0) at.push([await update(g, f / 2, { k, leak }), f]);
  if (f < 1) at.push([await update(g, (1 + f) / 2, { k, leak }), 1 - f]);
  return at;
}

const nonzero = fc
  .integer({ min: -12, max: 12 })
  .filter((v) => v !== 0)
  .map((v) => v / 4);
const lanesOf = fc.array(nonzero, { minLength: 1, maxLength: 6 });
const slopes = fc.constantFrom(0, 0.25, 0.5, 1);

function exactness(settings: Settings): void {
  const { tolerance, runs } = settings;

  test('the node is Algorithm 1, for every combination of options', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ problem, options }) => {
        const { lanes, shape, g, h } = problem;
        const lane = tensor(g, { shape: [lanes, ...shape] });
        const got = merge(tensor(h, { shape }), lanes, options, lane);
        expect(got.shape).toEqual(shape);
        expectClose('merged', await got.data(), algorithm1(problem).merged, tolerance);
      }),
      { numRuns: runs * 5 },
    );
  });

  test('the node equals what is composed of ordinary operations, and so does its transpose', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ problem, options }) => {
        const { lanes, shape, g, h } = problem;
        const lane = tensor(g, { shape: [lanes, ...shape] });
        const merged = merge(tensor(h, { shape }), lanes, { ...options, preserveNorm: false }, lane);
        const [node] = nodesOf(merged, 'signDrop');
        const weights = new Handle(laneWeights(node!.inputs, (node as Node<'signDrop'>).attrs));
        expectClose(
          'composed',
          await weights.mul(lane).sum({ axis: 0 }).data(),
          Array.from(await merged.data()),
          tolerance,
        );
        const [transposed] = gradients(merged.sum(), lane);
        expectClose(
          'transposed',
          await transposed!.data(),
          Array.from(await weights.broadcastTo(lane.shape).data()),
          tolerance,
        );
      }),
      { numRuns: runs },
    );
  });

  test('Figure 1: gradients (3, 1) have purity 1 and all pass, (7, −3) have 0.7 and one side passes', async () => {
    const h = tensor([1, 1]);
    const g = tensor([
      [3, 7],
      [1, -3],
    ]);
    const options = { marginalize: 'none', draw: tensor([0.999, 0.699]) } as const;
    expectClose('purity', await lanesReport(g, h, options).purity.data(), [1, 0.7], tolerance);
    expectClose('below', await merge(h, 2, options, g).data(), [4, 7], tolerance);
    expectClose('above', await merge(h, 2, { ...options, draw: tensor([0.999, 0.701]) }, g).data(), [4, -3], tolerance);
  });

  test('a draw that equals f(P) counts as above it', async () => {
    expect(await update([3, -1], 0.75)).toBe(-1);
    expect(await update([3, -1], 0.75 - 2 ** -12)).toBe(3);
    expect(await update([1, -1], 0.5)).toBe(-1);
    expect(await update([3, -1], 0.75, { keep: (p) => p })).toBe(-1);
    expect(await update([3, -1], 0.5, { k: 0 })).toBe(-1);
    expect(await update([3, -1], 0.625, { k: 0.5 })).toBe(-1);
  });

  test('where h is 0, zero signs do what was chosen', async () => {
    const g = [2, -1];
    const at = (options: SignDropOptions): Promise<number> =>
      merge(tensor(0), 2, { draw: tensor(0.3), marginalize: 'none', ...options }, tensor(g)).item();
    expect(await at({})).toBe(1);
    expect(await at({ zeroSign: 'keep' })).toBe(1);
    expect(await at({ zeroSign: 'drop' })).toBe(0);
    expect(await at({ zeroSign: 'positive' })).toBe(2);
    expect(await at({ inputSign: false })).toBe(2);
    expect(await at({ ...gradDropPresets.paper })).toBe(0);
  });

  test('a lane that no loss reads counts as zero and keeps its own leak', async () => {
    const h = tensor([1, -2]);
    const draw = tensor([0.2, 0.2]);
    const loss = (x: Tensor): Tensor => {
      const lanes = gradDrop(x, 3, { draw, marginalize: 'none', leak: [0, 1, 0.5] });
      return lanes
        .at(0)
        .mul(tensor([3, 1]))
        .sum()
        .sub(
          lanes
            .at(2)
            .mul(tensor([1, 2]))
            .sum(),
        );
    };
    // Lanes (3, 0, −1): U < P = ¾ keeps the positive ones, and half of −1 leaks. Where h < 0 signs
    // are turned: lanes (1, 0, −2) read (−1, 0, 2).
    expectClose('gradient', await grad(loss)(h).data(), [3 - 0.5, -2], tolerance);
  });

  test('the key gives the draws of random.uniform, in the shape of the purity', async () => {
    const h = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const g = tensor([
      [
        [1, 2, -3],
        [1, 1, 1],
      ],
      [
        [-2, 1, 1],
        [-1, -3, 1],
      ],
    ]);
    for (const [marginalize, shape] of [
      ['batch', [1, 3]],
      ['none', [2, 3]],
    ] as const) {
      const byKey = merge(h, 2, { key: key(9), marginalize }, g);
      const byDraw = merge(h, 2, { draw: random.uniform(key(9), shape), marginalize }, g);
      expect(await byKey.array()).toEqual(await byDraw.array());
    }
  });

  test('lanes cost nothing forward: a fanOut is a broadcast', async () => {
    const h = tensor([1, 2]);
    const y = gradDrop(h, 3, { key: key(0), marginalize: 'none' });
    expect(y.shape).toEqual([3, 2]);
    expect(await y.array()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(nodesOf(y, 'elementwise')).toEqual([]);
  });

  test('each loss gets through to the trunk apart, in one sweep, and two nodes do not disturb each other', async () => {
    const x = [0.5, -1.5];
    const [UA, UB] = [
      [0.3, 0.6],
      [0.9, 0.2],
    ];
    const loss = (t: Tensor): Tensor => {
      const [a, b] = gradDrop(t, 2, { draw: tensor(UA), marginalize: 'none' }) as Iterable<Tensor> as [Tensor, Tensor];
      const [c, d] = gradDrop(b.square(), 2, {
        draw: tensor(UB),
        marginalize: 'none',
      }) as Iterable<Tensor> as [Tensor, Tensor];
      return a.mul(-3).sum().add(c.mul(2).sum()).add(d.square().neg().sum());
    };
    const one = (g: number[], h: number, U: number): number =>
      algorithm1({
        lanes: 2,
        shape: [],
        g,
        h: [h],
        axes: [],
        U: [U],
        f: (P) => P,
        leak: [0, 0],
        inputSign: true,
        zeroSign: 'keep',
        preserveNorm: false,
      }).merged[0]!;
    const want = x.map((v, i) => {
      const inner = one([2, -2 * v * v], v * v, UB[i]!);
      return one([-3, inner * 2 * v], v, UA[i]!);
    });
    const g = grad(loss)(tensor(x));
    expectClose('gradient', await g.data(), want, tolerance);
    expect(nodesOf(g, 'signDrop').length).toBe(2);
  });

  test('conv activations: with batch marginalisation one draw serves a channel and place in all images', async () => {
    const shape = [3, 2, 2, 2];
    const h = tensor(
      Array.from({ length: 24 }, (_, i) => (i % 5) - 2),
      { shape },
    );
    const loss = (t: Tensor): Tensor => {
      const [a, b] = gradDrop(t, 2, { key: key(4) }) as Iterable<Tensor> as [Tensor, Tensor];
      const w = tensor([
        [
          [
            [1, -1],
            [2, 1],
          ],
          [
            [1, 1],
            [-1, 3],
          ],
        ],
      ]);
      return a.conv2d(w).square().sum().sub(b.mul(3).sum());
    };
    const g = grad(loss)(h);
    expect(g.shape).toEqual(shape);
    const [node] = nodesOf(g, 'signDrop');
    expect(node!.inputs[2]!.shape).toEqual([1, 2, 2, 2]);
    const lanes = Array.from(await new Handle(node!.inputs[0]!).data());
    const U = Array.from(await random.uniform(key(4), [1, 2, 2, 2]).data());
    const oracle = algorithm1({
      lanes: 2,
      shape,
      g: lanes,
      h: Array.from(await h.data()),
      axes: [0],
      U,
      f: (P) => P,
      leak: [0, 0],
      inputSign: true,
      zeroSign: 'keep',
      preserveNorm: false,
    });
    expectClose('gradient', await g.data(), oracle.merged, tolerance);
  });
}

function structure(settings: Settings): void {
  const { tolerance, runs } = settings;
  const draw = fc.nat({ max: 63 }).map((j) => (2 * j + 1) / 128 + 1 / 1024);

  test('kept gradients have one sign at each position', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, draw, slopes, async (g, U, k) => {
        const [p, q] = sides(g);
        const x = await update(g, U, { k });
        const near = Math.min(Math.abs(x - p), Math.abs(x + q));
        expect(near).toBeLessThanOrEqual(tolerance * (p + q));
      }),
      { numRuns: runs },
    );
  });

  test('one loss, or losses that agree, pass unchanged at k = 1', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, draw, fc.constantFrom(-1, 1), async (g, U, sign) => {
        const agreeing = g.map((x) => sign * Math.abs(x));
        expectClose('sum', [await update(agreeing, U)], [total(agreeing)], tolerance);
        expectClose('one', [await update([g[0]!], U)], [g[0]!], tolerance);
      }),
      { numRuns: runs },
    );
  });

  test('a leak of 1 for all is the plain sum', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, draw, slopes, async (g, U, k) => {
        expectClose('sum', [await update(g, U, { k, leak: 1 })], [total(g)], tolerance);
      }),
      { numRuns: runs },
    );
  });

  test('the order of the losses counts for rounding only', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, draw, async (g, U) => {
        const leak = g.map((_, i) => i / 8);
        const back = await update([...g].reverse(), U, { leak: [...leak].reverse() });
        expectClose('reversed', [back], [await update(g, U, { leak })], tolerance);
      }),
      { numRuns: runs },
    );
  });

  test('turning all signs and the draw round turns the update round', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, draw, slopes, async (g, U, k) => {
        const turned = await update(
          g.map((x) => -x),
          1 - U,
          { k },
        );
        expectClose('turned', [-turned], [await update(g, U, { k })], tolerance);
      }),
      { numRuns: runs },
    );
  });

  test('scaling all gradients scales the update, from 1e-30 to 3e38, with the same masks', async () => {
    const g = [
      [1, -0.5, 0.25],
      [-0.75, 0.125, 0.25],
      [0.5, -0.25, -1],
    ];
    const U = [0.6, 0.2, 0.4];
    const flat = g.flat();
    const oracle = (scale: number, rest: Partial<Problem> = {}): number[] =>
      algorithm1({
        lanes: 3,
        shape: [3],
        g: flat.map((x) => x * scale),
        h: [1, -1, 1],
        axes: [],
        U,
        f: (P) => P,
        leak: [0, 0, 0],
        inputSign: true,
        zeroSign: 'keep',
        preserveNorm: false,
        ...rest,
      }).merged;
    for (const scale of [1e-30, 1e-12, 1, 1e12, 3e37, 1.5e38]) {
      const lane = tensor(
        flat.map((x) => x * scale),
        { shape: [3, 3] },
      );
      for (const preserveNorm of [false, true])
        for (const keep of [undefined, (p: Tensor) => p]) {
          const options = {
            draw: tensor(U),
            marginalize: 'none',
            preserveNorm,
            ...(keep && { keep }),
          } as const;
          const got = Array.from(await merge(tensor([1, -1, 1]), 3, options, lane).data(), (x) => x / scale);
          expectClose(`scale ${scale}`, got, oracle(1, { preserveNorm }), Math.max(tolerance, 1e-6));
        }
    }
  });

  test('gradients near the largest float, and a batch of them, have a purity', async () => {
    const top = 3e38;
    const lane = tensor([
      [[top], [top], [top]],
      [[-top], [-top], [top]],
    ]);
    const h = tensor([[1], [1], [1]]);
    const { purity } = lanesReport(lane, h, { key: key(0) });
    expectClose('purity', await purity.data(), [0.75], tolerance);
    const kept = merge(h, 2, { draw: tensor([[0.7]]) }, lane);
    expectClose(
      'kept',
      Array.from(await kept.data(), (x) => x / top),
      [1, 1, 1],
      tolerance,
    );
    expect(await update([top, top, -top], 0.9)).toBeCloseTo(-top, -33);
  });

  test('positive and negative gradients of equal sums have purity ½, also where these overflow', async () => {
    for (let i = 0; i < 16; i++) {
      const [a, b] = [2 ** 126 * (1 + i / 16), 2 ** 126 * (1 + (5 * i + 3) / 128)];
      expect(await update([a, b, -a - b], 0.5)).toBe(-a - b);
      expect(await update([-a, -b, a + b], 0.49)).toBe(a + b);
    }
  });

  test('where a gradient or h is not finite there is no purity: NaN there, and only there', async () => {
    const h = tensor([[1, -1, 1, NaN, -2]]);
    const g = [
      [Infinity, 2, NaN, 1, 2],
      [-1, -1, 1, 1, -1],
    ];
    for (const [marginalize, draw] of [
      ['none', tensor([[0.1, 0.1, 0.1, 0.1, 0.9]])],
      ['batch', tensor([[0.1, 0.1, 0.1, 0.1, 0.9]])],
    ] as const) {
      const merged = await merge(h, 2, { draw, marginalize }, tensor(g).unsqueeze(1)).array();
      expect(merged).toEqual([[NaN, -1, NaN, NaN, 2]]);
    }
  });

  test('agreeing gradients of 1e-8 and 2e-8 are pure: there is no epsilon in the purity', async () => {
    for (const scale of [1e-8, 1e-20, 1e-30])
      expect((await update([scale, 2 * scale], 0.999)) / scale).toBeCloseTo(3, 5);
  });

  test('the norm of the sum is kept where it is asked for, and a zero result stays zero', async () => {
    const g = [
      [3, -1, 2, -2],
      [1, 2, -2, -4],
    ];
    const U = [0.5, 0.5, 0.6, 0.5];
    const kept = merge(
      tensor([1, 1, 1, 1]),
      2,
      { draw: tensor(U), marginalize: 'none', preserveNorm: true },
      tensor(g),
    );
    const norm = Math.sqrt(4 * 4 + 1 + 0 + 36);
    expectClose('norm', [Math.hypot(...(await kept.data()))], [norm], tolerance);
    const nothing = merge(
      tensor([0]),
      2,
      { draw: tensor([0.5]), marginalize: 'none', preserveNorm: true, zeroSign: 'drop' },
      tensor([[1], [2]]),
    );
    expect(await nothing.array()).toEqual([0]);
  });

  test('under vmap each example is its own problem: its own draws, norms and batch', async () => {
    const hs = tensor([
      [1, 2, -1],
      [1, 2, -1],
      [-2, 1, 1],
    ]);
    const gs = tensor([
      [
        [1, 2, 3],
        [-2, 1, -4],
      ],
      [
        [1, 2, 3],
        [-2, 1, -4],
      ],
      [
        [2, -1, 1],
        [-1, 2, 2],
      ],
    ]);
    const us = tensor([
      [0.1, 0.5, 0.2],
      [0.9, 0.5, 0.9],
      [0.4, 0.4, 0.4],
    ]);
    const options = { marginalize: 'none', preserveNorm: true } as const;
    const all = vmap((h: Tensor, g: Tensor, u: Tensor) => merge(h, 2, { ...options, draw: u }, g))(hs, gs, us);
    for (let i = 0; i < 3; i++)
      expectClose(
        `example ${i}`,
        await all.at(i).data(),
        Array.from(await merge(hs.at(i), 2, { ...options, draw: us.at(i) }, gs.at(i)).data()),
        tolerance,
      );
    const many = tensor(Array.from({ length: 64 }, () => 1));
    const drawn = vmap((h: Tensor) => merge(h, 2, { key: key(1), marginalize: 'none' }, tensor([1, -1])))(many);
    const values = Array.from(await drawn.data());
    expect(values.every((v) => Math.abs(v) === 1)).toBe(true);
    expect(new Set(values).size).toBe(2);
  });
}

function closedForms(settings: Settings): void {
  const { tolerance, runs } = settings;
  const exact = Math.max(tolerance, 1e-12) * 10;

  test('E[X] = (1 + k)/2 · D, Var[X] = ¼ (S² − k² D²), E|X| = S/2 + k/2 · D²/S', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, slopes, async (g, k) => {
        const [p, q] = sides(g);
        const [S, D] = [p + q, p - q];
        const at = await outcomes(g, k);
        const mean = total(at.map(([x, w]) => x * w));
        const square = total(at.map(([x, w]) => x * x * w));
        const absolute = total(at.map(([x, w]) => Math.abs(x) * w));
        expectClose('mean', [mean], [((1 + k) / 2) * D], exact);
        expectClose('variance', [square - mean * mean], [(S * S - k * k * D * D) / 4], exact * S);
        expectClose('absolute', [absolute], [S / 2 + ((k / 2) * D * D) / S], exact);
        expect(absolute).toBeGreaterThanOrEqual(S / 2 - exact * S);
        expect(absolute).toBeLessThanOrEqual(S + exact * S);
      }),
      { numRuns: runs },
    );
  });

  test('with leak, X is p − q_ℓ with probability f and p_ℓ − q with 1 − f', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, slopes, async (g, k) => {
        const leak = g.map((_, i) => ((i * 3) % 5) / 4);
        const [p, q] = sides(g);
        const [pl, ql] = sides(g.map((x, i) => x * leak[i]!));
        const want = [p - ql, pl - q];
        const f = k * (p / (p + q) - 0.5) + 0.5;
        const expected = [...(f > 0 ? [want[0]!] : []), ...(f < 1 ? [want[1]!] : [])];
        expectClose(
          'outcomes',
          (await outcomes(g, k, leak)).map(([x]) => x),
          expected,
          exact,
        );
      }),
      { numRuns: runs },
    );
  });

  test('the numbers of the five gradients 2, −1, ½, −3, ¼', async () => {
    const g = [2, -1, 0.5, -3, 0.25];
    for (const [k, mean, variance] of [
      [1, -1.25, 11],
      [0.5, -0.9375, 11.29296875],
      [0, -0.625, 11.390625],
    ] as const) {
      const at = await outcomes(g, k);
      const m = total(at.map(([x, w]) => x * w));
      expectClose('mean', [m], [mean], exact);
      expectClose('variance', [total(at.map(([x, w]) => x * x * w)) - m * m], [variance], exact * 10);
    }
  });

  test('Proposition 1: the update is zero for every draw only where every gradient is zero', async () => {
    await fc.assert(
      fc.asyncProperty(lanesOf, slopes, fc.boolean(), async (g, k, transfer) => {
        // Where one loss that conflicts has a leak below 1, leaks of the others change nothing.
        const [first] = g as [number];
        const leak = g.map((x) => (transfer && x !== first ? 1 : 0));
        const at = await outcomes(g, k, leak);
        expect(at.some(([x, w]) => Math.abs(x) > 1e-6 && w > 0)).toBe(true);
      }),
      { numRuns: runs },
    );
    for (const U of [0.01, 0.5, 0.99]) expect(await update([0, 0, 0], U)).toBe(0);
    // With a leak of 1 for all, opposing gradients cancel for every draw.
    for (const U of [0.01, 0.5, 0.99]) expect(await update([2, -2], U, { leak: 1 })).toBe(0);
  });

  test('Proposition 2: norms along a ray from a joint minimum are proportional, but a lone gradient may lower E|X|', async () => {
    const size = async (g: number[]): Promise<number> => total((await outcomes(g, 1)).map(([x, w]) => Math.abs(x) * w));
    const once = await size([1, -0.5, 0.25]);
    expect(await size([3, -1.5, 0.75])).toBeCloseTo(3 * once, 4);
    // L₁ = w²/2 and L₂ = (w − 100)²/200 at 0, 0.2, 0.4: the paper's statement would have the norm
    // grow.
    for (const [w, want] of [
      [0, 1],
      [0.2, 0.865],
      [0.4, 0.825],
    ] as const)
      expect(await size(w === 0 ? [(w - 100) / 100] : [w, (w - 100) / 100])).toBeCloseTo(want, 2);
  });

  test('batch-summed, the update is unbiased for the virtual weight and not for each example', async () => {
    const h = [1, -1, 1];
    const g = [
      [1, 2, -2],
      [-1, -2, 1.5],
    ];
    const G = g.map((lane) => total(lane.map((x, b) => x * h[b]!)));
    const [p, q] = sides(G);
    const f = p / (p + q);
    const at = async (U: number): Promise<number[]> =>
      Array.from(
        await merge(
          tensor(h.map((x) => [x])),
          2,
          { draw: tensor([[U]]) },
          tensor(g.map((lane) => lane.map((x) => [x]))),
        ).data(),
      );
    const sums: number[] = [0, 0, 0];
    for (const [U, w] of [
      [f / 2, f],
      [(1 + f) / 2, 1 - f],
    ] as const)
      (await at(U)).forEach((x, b) => (sums[b]! += w * x));
    expectClose('virtual weight', [total(sums.map((x, b) => x * h[b]!))], [total(G)], exact);
    expect(Math.abs(sums[0]! - (g[0]![0]! + g[1]![0]!))).toBeGreaterThan(0.01);
  });
}

function derivatives(settings: Settings): void {
  const { tolerance } = settings;

  test('the masks are constants to differentiation', async () => {
    // L₁ = x³ and L₂ = −x⁴: at 1 the gradients are 3 and −4, and second derivatives 6 and −12.
    const first =
      (U: number) =>
      (x: Tensor): Tensor =>
        grad((t: Tensor) => {
          const [a, b] = gradDrop(t, 2, {
            draw: tensor(U),
            marginalize: 'none',
            leak: [0, 0.25],
          }) as Iterable<Tensor> as [Tensor, Tensor];
          return a.pow(3).sub(b.pow(4));
        })(x);
    for (const [U, d1, d2] of [
      [0.2, 3 - 1, 6 - 3],
      [0.8, -4, -12],
    ] as const) {
      expectClose('first', [await first(U)(tensor(1)).item()], [d1], tolerance);
      expectClose('second', [await grad(first(U))(1).item()], [d2], tolerance * 10);
    }
  });

  test('second derivatives by reverse and by forward mode agree, through nested nodes and lanes that meet', async () => {
    const options = { draw: tensor([0.3, 0.7, 0.45]), marginalize: 'none', leak: [0, 0.5] } as const;
    const f = (x: Tensor): Tensor => {
      const [a, b] = gradDrop(x.mul(x.sum()), 2, options) as Iterable<Tensor> as [Tensor, Tensor];
      const [c, d] = gradDrop(b.sin(), 2, options) as Iterable<Tensor> as [Tensor, Tensor];
      return a.pow(3).mul(c).sum().sub(c.exp().mul(d).sum()).add(a.square().sum());
    };
    const x = tensor([0.5, -0.25, 0.75]);
    const reverse = jacrev(grad(f))(x);
    expectClose('Hessian', await reverse.data(), Array.from(await jacfwd(grad(f))(x).data()), tolerance * 20);
  });

  test('with sumLanes a fanOut is the identity to every derivative', async () => {
    const f =
      (split: boolean) =>
      (x: Tensor): Tensor => {
        const [a, b] = split ? [...fanOut(x, 2, sumLanes())] : [x, x];
        return a!.sin().mul(b!.exp()).sum();
      };
    const x = tensor([0.3, -0.4]);
    const second = (split: boolean): Tensor => grad((t: Tensor) => grad(f(split))(t).square().sum())(x);
    expectClose('gradient', await grad(f(true))(x).data(), Array.from(await grad(f(false))(x).data()), tolerance);
    expectClose('second', await second(true).data(), Array.from(await second(false).data()), tolerance * 10);
  });

  test('a rule of one’s own gets lanes and h, and may be any function', async () => {
    const largest = (g: Tensor, h?: Tensor): Tensor => g.max({ axis: 0 }).mul(h!);
    const g = grad((x: Tensor) =>
      fanOut(x, 2, largest)
        .mul(
          tensor([
            [1, 5],
            [3, 2],
          ]),
        )
        .sum(),
    )(tensor([10, 100]));
    expect(await g.array()).toEqual([30, 500]);
  });

  test('over parameters signDrop reads no sign and sums over nothing', async () => {
    const J = tensor([
      [-4, 1, 1],
      [6, 1, 1],
    ]);
    expect(await signDrop({ draw: tensor([0.4963, 0.7682, 0.0885]) })(J).array()).toEqual([6, 2, 2]);
    expect(await signDrop({ draw: tensor([0.7, 0.7, 0.1]), leak: [0.5, 0] })(J).array()).toEqual([-4, 2, 2]);
  });

  test('the report gives purity, share kept, norms and cosines', async () => {
    const g = tensor([
      [3, 0, -4],
      [4, 0, 3],
      [0, 0, 0],
    ]);
    const { purity, share, norms, cosines } = lanesReport(g, tensor([1, 1, 1]), {
      draw: tensor([0.5, 0.5, 0.5]),
      marginalize: 'none',
      leak: 1,
    });
    expectClose('purity', await purity.data(), [1, 0.5, 3 / 7], tolerance);
    expectClose('share', await share.data(), [3 / 4], tolerance);
    expectClose('norms', await norms.data(), [5, 5, 0], tolerance);
    expectClose('cosines', await cosines.data(), [1, 0, 0, 0, 1, 0, 0, 0, 0], tolerance);
  });
}

function training(device: DeviceName): void {
  const data = { x: [1, -2, 0.5, 3], y: [0.5, 1, -1, 2] };
  const loss = (w: Tensor, rule: Rule): Tensor => {
    const [a, b] = fanOut(w.mul(tensor(data.x)).tanh(), 2, rule) as Iterable<Tensor> as [Tensor, Tensor];
    return a
      .sub(tensor(data.y))
      .square()
      .mean()
      .add(b.add(tensor(data.y)).square().mean());
  };
  const rules: Record<string, (k: ReturnType<typeof key>) => Rule> = {
    signDrop: (k) => signDrop({ key: k, marginalize: 'none', leak: [0, 0.5], preserveNorm: true }),
    'signDrop with keep': (k) => signDrop({ key: k, marginalize: 'none', keep: (p) => p.square() }),
    pcgrad: (k) => pcgrad({ key: k }),
    iterativePcgrad: (k) => iterativePcgrad({ key: k }),
    mgda: () => mgda(),
  };
  for (const [name, make] of Object.entries(rules))
    test(`a loop that makes its ${name} anew in each step plans nothing from the second step on`, async () => {
      let w = tensor([0.1, 0.2, 0.3, 0.4]);
      let made = (): number => 0;
      for (let i = 0; i < 4; i++) {
        w = await realize(w.sub(grad((p: Tensor) => loss(p, make(foldIn(key(7), i))))(w).mul(0.1)));
        if (i === 1) made = await plansMade(device);
      }
      expect(made()).toBe(0);
      expect((await w.data()).every(Number.isFinite)).toBe(true);
    });
}

/** The claims about gradDrop on a device. */
export function multilossSuite(name: DeviceName): void {
  suiteOn(name, 'gradDrop', (settings) => {
    describe('the node', () => exactness(settings));
    describe('its structure', () => structure(settings));
    describe('its closed forms', () => closedForms(settings));
    describe('its derivatives', () => derivatives(settings));
    describe('in training', () => training(name));
  });
}
