import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import { vjp } from '../../src/autodiff/vjp.ts';
import { constant } from '../../src/graph/build.ts';
import { tensor } from '../../src/tensor/create.ts';
import { elementwiseFunctions as op } from '../../src/tensor/ops/elementwise.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { checkCase, expectClose } from './checkCase.ts';
import { awayFromKinks, line, meaning, type Interval } from './meaning.ts';
import { broadcastShape, numbers, zip, type Nd } from './nd.ts';
import { suiteOn, type DeviceName, type Settings } from './settings.ts';

const names = Object.keys(table) as ElementwiseName[];
const call = (name: ElementwiseName, ...xs: (Tensor | number)[]): Tensor =>
  (op[name] as (...args: (Tensor | number)[]) => Tensor)(...xs);

/**
 * Numbers on a grid of 1/64 with an offset of its own for each input, so that no two inputs are
 * equal.
 */
const cell = ([low, high]: Interval, input: number): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.ceil(low * 64), max: Math.floor(high * 64) - 1 })
    .map((k) => (k + [0.5, 0.25, 0.75][input]!) / 64);

const rowLength = 6;

/** Rows of inputs for an entry, each an array [rowLength]. */
function rows(name: ElementwiseName): fc.Arbitrary<Nd[]> {
  const { from = [], skip = () => false } = meaning[name];
  const { arity } = table[name];
  const point = fc
    .tuple(...Array.from({ length: arity }, (_, i) => cell(from[i] ?? line, i)))
    .map((xs) => xs.with(0, awayFromKinks(name, xs[0]!)))
    .filter((xs) => !skip(...xs) && xs.every((x, i) => xs.every((z, j) => i === j || Math.abs(x - z) > 0.003)));
  return fc
    .array(point, { minLength: rowLength, maxLength: rowLength })
    .map((points) => Array.from({ length: arity }, (_, i) => ({ shape: [rowLength], data: points.map((p) => p[i]!) })));
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const largest = 3e38;

/** Values at the edges: [entry, inputs, value]. Those of the first list hold on every device. */
const everywhere: readonly (readonly [ElementwiseName, readonly number[], number])[] = [
  ['exp', [-1000], 0],
  ['exp', [0], 1],
  ['expm1', [1e-7], 1e-7],
  ['expm1', [-200], -1],
  ['log', [1], 0],
  ['log', [1.0000001192092896], 1.1920928244535389e-7],
  ['log1p', [1e-7], 9.9999995e-8],
  ['sin', [1e-6], 1e-6],
  ['sin', [30000], Math.sin(30000)],
  ['cos', [30000], Math.cos(30000)],
  ['tanh', [1e-6], 1e-6],
  ['tanh', [100], 1],
  ['tanh', [-largest], -1],
  ['tanh', [nan], nan],
  ['exp', [nan], nan],
  ['expm1', [nan], nan],
  ['sinh', [nan], nan],
  ['cosh', [nan], nan],
  ['asinh', [nan], nan],
  ['acosh', [nan], nan],
  ['acosh', [0.5], nan],
  ['sigmoid', [nan], nan],
  ['logSigmoid', [nan], nan],
  ['softplus', [nan], nan],
  ['relu', [nan], nan],
  ['erf', [nan], nan],
  ['sign', [nan], nan],
  ['maximum', [nan, 1], nan],
  ['maximum', [1, nan], nan],
  ['minimum', [nan, 1], nan],
  ['minimum', [1, nan], nan],
  ['clip', [nan, 0, 1], nan],
  ['pow', [nan, 2], nan],
  ['pow', [2, nan], nan],
  ['pow', [-2, nan], nan],
  ['pow', [nan, 0], 1],
  ['pow', [1, nan], 1],
  ['pow', [1, inf], 1],
  ['pow', [1, -inf], 1],
  ['pow', [-1, inf], 1],
  ['pow', [-1, -inf], 1],
  ['pow', [inf, 0], 1],
  ['pow', [-inf, 0], 1],
  ['pow', [-inf, 0.5], inf],
  ['pow', [-inf, -0.5], 0],
  ['pow', [-inf, 3], -inf],
  ['pow', [-0.5, inf], 0],
  ['pow', [-2, 0.5], nan],
  ['pow', [0, -1], inf],
  ['sinh', [1e-6], 1e-6],
  ['asinh', [-1e4], -9.903487555036127],
  ['asinh', [1e30], 69.7707],
  ['acosh', [1], 0],
  ['acosh', [1e30], 69.7707],
  ['atanh', [1e-6], 1e-6],
  ['asin', [1], Math.PI / 2],
  ['acos', [-1], Math.PI],
  ['atan', [1e30], Math.PI / 2],
  ['atan2', [0, 0], 0],
  ['atan2', [1, 0], Math.PI / 2],
  ['atan2', [-1, 0], -Math.PI / 2],
  ['atan2', [0, -1], Math.PI],
  ['atan2', [-0, -1], -Math.PI],
  ['atan2', [-1, -1], (-3 * Math.PI) / 4],
  ['sigmoid', [-largest], 0],
  ['sigmoid', [largest], 1],
  ['sigmoid', [-20], 2.0611536e-9],
  ['logSigmoid', [-largest], -largest],
  ['logSigmoid', [100], 0],
  ['softplus', [100], 100],
  ['softplus', [-100], 0],
  ['softplus', [largest], largest],
  ['relu', [-largest], 0],
  ['erf', [10], 1],
  ['erf', [1e-6], 1.1283792e-6],
  ['round', [0.5], 0],
  ['round', [1.5], 2],
  ['round', [2.5], 2],
  ['round', [-0.5], 0],
  ['round', [-1.5], -2],
  ['ceil', [-0.5], 0],
  ['sign', [0], 0],
  ['not', [0], 1],
  ['not', [-3], 0],
  ['and', [0, 1], 0],
  ['and', [2, -1], 1],
  ['or', [0, 0], 0],
  ['or', [0, 5], 1],
  ['equal', [2, 2], 1],
  ['lessEqual', [2, 2], 1],
  ['less', [2, 2], 0],
  ['greaterEqual', [2, 2], 1],
  ['pow', [-2, 3], -8],
  ['pow', [-2, 2], 4],
  ['pow', [-2, -1], -0.5],
  ['pow', [0, 0], 1],
  ['pow', [0, 2], 0],
  ['pow', [-3, 0], 1],
  ['mod', [-1, 3], 2],
  ['mod', [1, -3], -2],
  ['mod', [7, 3], 1],
  ['mod', [-6, 3], 0],
  ['maximum', [-0.5, -0.25], -0.25],
  ['where', [0, 1, 2], 2],
  ['where', [-1, 1, 2], 1],
  ['clip', [5, 0, 1], 1],
  ['clip', [-5, 0, 1], 0],
  ['clip', [0, 2, 1], 1],
  ['isFinite', [largest], 1],
];

/** Those of the second hold where numbers are those of IEEE 754. */
const ieee: typeof everywhere = [
  ['exp', [1000], inf],
  ['log', [0], -inf],
  ['log', [-1], nan],
  ['log1p', [-1], -inf],
  ['sqrt', [-1], nan],
  ['sqrt', [inf], inf],
  ['rsqrt', [0], inf],
  ['reciprocal', [0], inf],
  ['reciprocal', [inf], 0],
  ['tanh', [inf], 1],
  ['asin', [2], nan],
  ['atanh', [1], inf],
  ['atanh', [2], nan],
  ['sigmoid', [-inf], 0],
  ['softplus', [inf], inf],
  ['relu', [inf], inf],
  ['abs', [-inf], inf],
  ['floor', [inf], inf],
  ['round', [-inf], -inf],
  ['erf', [-inf], -1],
  ['isNaN', [nan], 1],
  ['isNaN', [inf], 0],
  ['isFinite', [nan], 0],
  ['isFinite', [-inf], 0],
  ['div', [1, 0], inf],
  ['div', [0, 0], nan],
  ['equal', [nan, nan], 0],
  ['notEqual', [nan, nan], 1],
  ['less', [nan, 1], 0],
  ['mod', [1, 0], nan],
];

/**
 * Derivatives where the value or its slope jumps: [entry, inputs, one derivative for each input].
 */
const kinks: readonly (readonly [ElementwiseName, readonly number[], readonly number[]])[] = [
  ['abs', [0], [0]],
  ['relu', [0], [0]],
  ['sign', [0], [0]],
  ['floor', [1], [0]],
  ['round', [0.5], [0]],
  ['maximum', [2, 2], [0.5, 0.5]],
  ['minimum', [2, 2], [0.5, 0.5]],
  ['clip', [0, 0, 1], [1, 0, 0]],
  ['clip', [1, 0, 1], [1, 0, 0]],
  ['clip', [-1, 0, 1], [0, 1, 0]],
  ['clip', [3, 0, 1], [0, 0, 1]],
  ['clip', [0, 2, 1], [0, 0, 1]],
  ['pow', [0, 2], [0, 0]],
  ['pow', [0, 1], [1, 0]],
  ['pow', [-3, 2], [-6, nan]],
  ['mod', [7, 3], [1, -2]],
  ['mod', [-1, 3], [1, 1]],
  ['where', [0, 1, 2], [0, 0, 1]],
  ['where', [4, 1, 2], [0, 1, 0]],
  ['softplus', [100], [1]],
  ['softplus', [-100], [0]],
  ['logSigmoid', [-100], [1]],
  ['sigmoid', [-largest], [0]],
  ['tanh', [largest], [0]],
  ['erf', [largest], [0]],
];

async function derivatives(name: ElementwiseName, at: readonly number[]): Promise<number[]> {
  const xs = at.map((x) => tensor(x));
  const gs = vjp(
    [call(name, ...xs).node],
    xs.map((x) => x.node),
    [constant(1)],
  );
  return Promise.all(gs.map((g) => (g ? new Tensor(g).item() : 0)));
}

function entrySuite(name: ElementwiseName, settings: Settings): void {
  const { f, skip = () => false, from = [] } = meaning[name];
  const wrt = name === 'where' ? [1, 2] : undefined;

  test('value, vjp, jvp and second derivatives agree with the formula and its differences', async () => {
    await fc.assert(
      fc.asyncProperty(rows(name), async (inputs) => {
        const c = { name, inputs, each: true, ...(wrt && { wrt }) };
        await checkCase({ ...c, run: (...xs) => call(name, ...xs), oracle: (...xs) => zip(f, ...xs) }, settings);
      }),
      { numRuns: Math.ceil(settings.runs / 4), seed: 1 },
    );
  });

  test('inputs broadcast, and derivatives are summed back to their shapes', async () => {
    const shapes = [
      [[2, 3]],
      [
        [2, 1, 3],
        [2, 1],
      ],
      [[3], [2, 3], []],
    ][table[name].arity - 1]!;
    const inputs = shapes.map((shape, i) => {
      const [low, high] = from[i] ?? line;
      const x = numbers(shape, 5 + i, low, high);
      const data = x.data.map((v) => v + [0, 1, -1][i]! / 256);
      return { shape, data: i === 0 ? data.map((v) => awayFromKinks(name, v)) : data };
    });
    const grid = zip((...xs) => (skip(...xs) ? 1 : 0), ...inputs);
    if (grid.data.includes(1)) return;
    await checkCase(
      {
        name,
        inputs,
        run: (...xs) => call(name, ...xs),
        oracle: (...xs) => zip(f, ...xs),
        order: 1,
        ...(wrt && { wrt }),
      },
      settings,
    );
  });
}

/** Every entry of the elementwise table on a device. */
export function elementwiseSuite(name: DeviceName): void {
  suiteOn(name, 'elementwise', (settings) => {
    for (const entry of names) describe(entry, () => entrySuite(entry, settings));

    test('values at the edges are the documented ones', async () => {
      const list = settings.ieee ? [...everywhere, ...ieee] : everywhere;
      for (const entry of names) {
        const mine = list.filter(([n]) => n === entry);
        if (mine.length === 0) continue;
        const columns = Array.from({ length: table[entry].arity }, (_, i) => tensor(mine.map(([, xs]) => xs[i]!)));
        const got = await call(entry, ...columns).data();
        mine.forEach(([, xs, want], i) => {
          const what = `${entry}(${xs.join(', ')})`;
          if (want === 0) expect(Math.abs(got[i]!), what).toBeLessThan(1e-37);
          else if (!Number.isFinite(want)) expect(got[i]!, what).toBe(want);
          else
            expect(Math.abs(got[i]! / want - 1), `${what} = ${got[i]}`).toBeLessThan(
              Math.max(1e-6, settings.tolerance),
            );
        });
      }
    });

    test('a NaN that arises within a kernel is not lost in it', async () => {
      const x = tensor([-1, -2, -3, -4]).sqrt();
      for (const f of ['tanh', 'erf', 'relu', 'sigmoid', 'logSigmoid', 'softplus', 'asinh', 'acosh'] as const)
        expect(Array.from(await call(f, x).mul(-0.5).data()), f).toEqual([nan, nan, nan, nan]);
    });

    test('the sign of a number too small for the device is 0 or ±1', async () => {
      const got = await op.sign(tensor([1e-40, -1e-40])).data();
      expect([0, 1]).toContain(Math.abs(got[0]!));
      expect(got[1]! + got[0]!).toBe(0);
    });

    test('tanh is ±1 from 20 on, and its derivative 4 e^{−2|x|}', async () => {
      const x = tensor([20, -20, 25, -1e4]);
      expect(Array.from(await x.tanh().data())).toEqual([1, -1, 1, -1]);
      const g = vjp([x.tanh().sum().node], [x.node], [constant(1)])[0]!;
      const slopes = Array.from(await new Tensor(g).data());
      [20, -20, 25, -1e4].forEach((at, i) =>
        expectClose('tanh′', [slopes[i]! * 1e18], [4e18 * Math.E ** (-2 * Math.abs(at))], 1e-5),
      );
    });

    test('derivatives at kinks and far out follow the conventions', async () => {
      for (const [entry, at, want] of kinks) {
        const got = await derivatives(entry, at);
        want.forEach((w, i) => {
          if (!Number.isNaN(w)) expectClose(`d ${entry}(${at.join(', ')}) / d input ${i}`, [got[i]!], [w], 1e-5);
        });
      }
    });

    test('an integer power is right at 0 and for negative bases, to every order', async () => {
      const at = [-2, 0, 1.5];
      const falling = (n: number, k: number): number => (k === 0 ? 1 : n * falling(n - 1, k - 1));
      for (const n of [0, 1, 2, 3, 5, -1, -2]) {
        const x = tensor(n < 0 ? [-2, 0.5, 1.5] : at);
        let y = op.pow(x, n);
        for (let k = 0; k <= 3; k++) {
          const want = Array.from(await x.data(), (v) => (n >= 0 && k > n ? 0 : falling(n, k) * v ** (n - k)));
          expectClose(`derivative ${k} of x^${n}`, await y.data(), want, settings.tolerance * 30);
          const g = vjp([y.sum().node], [x.node], [constant(1)])[0];
          y = g ? new Tensor(g) : x.mul(0);
        }
      }
    });

    test('numbers stand where tensors go', async () => {
      expect(await op.sub(2, tensor([1, 5])).array()).toEqual([1, -3]);
      expect(await tensor([1, 5]).sub(2).array()).toEqual([-1, 3]);
      expect(await op.where(tensor([1, 0]), 7, tensor([1, 2])).array()).toEqual([7, 2]);
      expect(await op.add(2, 3).item()).toBe(5);
    });

    test('shapes of any rank up to 8 broadcast, sizes of 0 included', async () => {
      const shape = fc
        .array(fc.constantFrom(1, 1, 2, 3), { maxLength: 8 })
        .chain((full) =>
          fc.tuple(
            ...[0, 1].map(() =>
              fc
                .tuple(fc.nat({ max: full.length }), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
                .map(([drop, ones]) => full.slice(drop).map((d, i) => (ones[i] ? 1 : d))),
            ),
          ),
        )
        .filter((shapes) => broadcastShape(...shapes).reduce((n, d) => n * d, 1) <= 200);
      await fc.assert(
        fc.asyncProperty(shape, async (shapes) => {
          const inputs = shapes.map((s, i) => numbers(s, 3 + i));
          await checkCase(
            {
              name: 'mul',
              inputs,
              run: (a, b) => a!.mul(b!),
              oracle: (a, b) => zip((x, y) => x * y, a!, b!),
              order: 1,
            },
            settings,
          );
        }),
        { numRuns: settings.runs, seed: 2 },
      );
      for (const [a, b] of [
        [[0], [1]],
        [[2, 0, 3], [3]],
        [
          [1, 0],
          [4, 1],
        ],
      ] as const)
        await checkCase(
          {
            name: 'add',
            inputs: [numbers(a), numbers(b)],
            run: (x, y) => x!.add(y!),
            oracle: (x, y) => zip((p, q) => p + q, x!, y!),
          },
          settings,
        );
    });
  });
}
