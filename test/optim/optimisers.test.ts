import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipByNorm, compile, optim, realize, scalar, setDevice, tensor, type Tensor } from '../../src/index.ts';
import { expectSame } from '../transforms/support.ts';
import { formulas, type Formula, type Given } from './formulas.ts';

await setDevice('reference');

const share = fc.double({ min: 0, max: 0.99, noNaN: true });
const decays = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.3, noNaN: true }));
const options = fc.record({
  momentum: fc.oneof(fc.constant(0), share),
  dampening: fc.oneof(fc.constant(0), share),
  nesterov: fc.constant(false),
  weightDecay: decays,
  betas: fc.tuple(share, share),
  eps: fc.double({ min: 1e-8, max: 1e-2, noNaN: true }),
  decay: share,
  centered: fc.boolean(),
});
const number = fc.double({ min: -3, max: 3, noNaN: true });
const run = fc.record({
  given: options,
  start: fc.array(number, { minLength: 2, maxLength: 4 }),
  steps: fc.array(fc.record({ rate: fc.double({ min: 1e-4, max: 0.5, noNaN: true }), shift: number }), {
    minLength: 1,
    maxLength: 12,
  }),
});

/** The gradients of all steps depend on the parameters that the steps before have led to. */
const slope = (p: number, i: number, shift: number): number => Math.sin(3 * shift + i) + 0.3 * p;

async function follows(
  opt: optim.Optimiser,
  formula: Formula,
  start: readonly number[],
  steps: readonly { readonly rate: number; readonly shift: number }[],
): Promise<void> {
  const want = [...start];
  const each = start.map(formula);
  let params = { a: tensor(start.slice(0, 1)), rest: [tensor(start.slice(1))] };
  let state = opt.init(params);
  for (const { rate, shift } of steps) {
    const g = want.map((p, i) => slope(p, i, shift));
    const grads = { a: tensor(g.slice(0, 1)), rest: [tensor(g.slice(1))] };
    [params, state] = await realize(opt.update(params, grads, state, { learningRate: rate }));
    each.forEach((update, i) => (want[i] = update(g[i]!, rate)));
  }
  const scale = Math.max(1, ...want.map(Math.abs));
  const got = [...(await params.a.data()), ...(await params.rest[0]!.data())];
  got.forEach((p, i) => expect(Math.abs(p - want[i]!) / scale).toBeLessThan(1e-10));
  expect(await state.step.item()).toBe(steps.length);
}

const learningRate = 0.1;
/** Each method with the options that it knows. */
const methods: Record<keyof typeof formulas, (given: Given) => optim.Optimiser> = {
  sgd: ({ momentum, dampening, nesterov, weightDecay }) =>
    optim.sgd({ learningRate, momentum, dampening, nesterov, weightDecay }),
  adam: ({ betas, eps, weightDecay }) => optim.adam({ learningRate, betas, eps, weightDecay }),
  adamW: ({ betas, eps, weightDecay }) => optim.adamW({ learningRate, betas, eps, weightDecay }),
  rmsProp: ({ decay, eps, momentum, centered, weightDecay }) =>
    optim.rmsProp({ learningRate, decay, eps, momentum, centered, weightDecay }),
};

describe('every update is the documented formula', () => {
  for (const [name, method] of Object.entries(methods))
    test(name, async () => {
      await fc.assert(
        fc.asyncProperty(run, async ({ given, start, steps }) => {
          await follows(method(given), formulas[name as keyof typeof formulas](given), start, steps);
        }),
        { numRuns: 40 },
      );
    });

  test('sgd with Nesterov’s momentum', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ given, start, steps }) => {
        const own = { ...given, nesterov: true, dampening: 0, momentum: 0.01 + 0.9 * given.momentum };
        await follows(methods.sgd(own), formulas.sgd(own), start, steps);
      }),
      { numRuns: 40 },
    );
  });
});

describe('ten updates end where PyTorch 2.13 ends', () => {
  const cases: [string, optim.Optimiser, number[]][] = [
    ['sgd', optim.sgd({ learningRate }), [0.9299663081552144, -1.7469622633340305, 0.49339020812227047]],
    [
      'sgd with momentum, dampening and decay',
      optim.sgd({ learningRate, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
      [0.5302432496734822, -1.294700811020968, 0.8187096744227481],
    ],
    [
      'sgd with Nesterov’s momentum',
      optim.sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
      [0.4903414817848281, -0.9072058778419468, 0.5303542195436087],
    ],
    ['adam', optim.adam({ learningRate }), [0.7701172182528283, -1.3916299402437948, 0.6047754471835817]],
    [
      'adam with its options',
      optim.adam({ learningRate, betas: [0.8, 0.95], eps: 1e-3, weightDecay: 0.1 }),
      [0.6996976671797124, -1.2418176930440328, 0.5222654518732504],
    ],
    [
      'adamW',
      optim.adamW({ learningRate, weightDecay: 0.1 }),
      [0.69154434176945, -1.2395547755203666, 0.5491612702885212],
    ],
    ['rmsProp', optim.rmsProp({ learningRate }), [0.4251308892903823, -0.18771811968230423, 0.6973363056416942]],
    [
      'rmsProp with its options',
      optim.rmsProp({ learningRate, decay: 0.9, centered: true, momentum: 0.5, weightDecay: 0.1, eps: 1e-3 }),
      [0.30895453750846863, -0.19690662224324632, 0.5167332656879225],
    ],
  ];
  test.each(cases)('%s', async (_, opt, want) => {
    let p = tensor([1, -2, 0.5]);
    let state = opt.init(p);
    for (let t = 0; t < 10; t++) {
      const noise = tensor([0, 1, 2].map((i) => Math.cos(1 + 3 * t + i)));
      [p, state] = await realize(opt.update(p, noise.add(p.mul(0.1)), state));
    }
    await expectSame(p, tensor(want), 1e-12);
  });
});

describe('a learning rate', () => {
  const opt = optim.sgd({ learningRate: (t: number | Tensor) => (typeof t === 'number' ? t + 1 : t.add(1)) as never });

  test('that is a schedule is asked with the number of updates before', async () => {
    let p = tensor([0]);
    let state = opt.init(p);
    const seen: number[] = [];
    for (let t = 0; t < 3; t++) {
      [p, state] = await realize(opt.update(p, tensor([1]), state));
      seen.push(await p.item());
    }
    expect(seen).toEqual([-1, -3, -6]);
  });

  test('of one update goes before it, be it a number or a tensor', async () => {
    const p = tensor([0]);
    for (const rate of [0.5, tensor(0.5)]) {
      const [next] = opt.update(p, tensor([1]), opt.init(p), { learningRate: rate });
      expect(await next.item()).toBe(-0.5);
    }
  });

  test('that changes does not make compile trace again', async () => {
    const adam = optim.adamW({ learningRate: optim.schedules.cosine({ rate: 0.1, steps: 5 }) });
    const step = compile((p: Tensor, state: optim.OptimiserState, rate: number) =>
      adam.update(p, p.mul(2), state, { learningRate: rate }),
    );
    let p = tensor([1, 2]);
    let state = adam.init(p);
    for (let t = 0; t < 5; t++) [p, state] = step(p, state, 0.1 / (t + 1));
    expect(step.traces).toBe(1);
    expect(await state.step.item()).toBe(5);
  });
});

describe('gradients', () => {
  test('that are not finite go into the parameters', async () => {
    for (const make of [optim.sgd, optim.adam, optim.adamW, optim.rmsProp]) {
      const opt = make({ learningRate: 1 });
      const [p] = opt.update(tensor([1, 2]), tensor([NaN, 1]), opt.init(tensor([1, 2])));
      expect(Array.from(await p.data(), Number.isNaN)).toEqual([true, false]);
    }
  });

  test('that are not finite anywhere leave all as it is with skipNonFinite, which counts them', async () => {
    const opt = optim.skipNonFinite(optim.adam({ learningRate: 0.1 }));
    const plain = optim.adam({ learningRate: 0.1 });
    const good = { a: tensor([1, -1]), b: tensor(3) };
    const start = { a: tensor([1, 2]), b: tensor(5) };
    let [params, state] = opt.update(start, good, opt.init(start));
    for (const bad of [NaN, Infinity, -Infinity])
      [params, state] = opt.update(params, { a: tensor([1, bad]), b: tensor(1) }, state);
    const [once, own] = plain.update(start, good, plain.init(start));
    const { skipped, ...rest } = state;
    await expectSame([params, rest], [once, own]);
    expect(await (skipped as Tensor).item()).toBe(3);
    const [second] = opt.update(params, good, state);
    await expectSame(second, plain.update(once, good, own)[0]);
  });

  test('with no elements are finite', async () => {
    const opt = optim.skipNonFinite(optim.sgd({ learningRate: 1 }));
    const p = { none: tensor([], { shape: [0] }), one: tensor(1) };
    const [next] = opt.update(p, { none: p.none, one: tensor(1) }, opt.init(p));
    expect(await next.one.item()).toBe(0);
  });

  test('are clipped by value, and by the norm of all of them together', async () => {
    const grads = { a: tensor([3, 4]), b: [tensor([[-12]])] };
    await expectSame(optim.clipByValue(grads, 3.5), { a: tensor([3, 3.5]), b: [tensor([[-3.5]])] });
    // PyTorch divides by 13 + 1e-6.
    await expectSame(clipByNorm(grads, 1), { a: tensor([3 / 13, 4 / 13]), b: [tensor([[-12 / 13]])] });
    expect(await optim.clipByValue(tensor(NaN), 1).item()).toBeNaN();
  });
});

test('a parameter of centred rmsProp with the same gradient again and again stays finite', async () => {
  // v − m² is 0 then, and rounding would make it negative.
  const opt = optim.rmsProp({ learningRate: 1e-3, centered: true, decay: 0 });
  let p = tensor([0.1, 1e-3, 77.7]);
  let state = opt.init(p);
  for (let t = 0; t < 5; t++) [p, state] = await realize(opt.update(p, tensor([0.1, 1 / 3, 1e5 / 7]), state));
  for (const x of await p.data()) expect(x).toSatisfy(Number.isFinite);
});

test('a rate of 0 changes nothing, and updates count', async () => {
  const p = { w: tensor([1, 2]), b: scalar(3) };
  for (const opt of [optim.sgd({ learningRate: 1, momentum: 0.9 }), optim.adamW({ learningRate: 1 })]) {
    const [next, state] = opt.update(p, p, opt.init(p), { learningRate: 0 });
    await expectSame(next, p);
    expect(await state.step.item()).toBe(1);
  }
});
