import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName, type Scalar } from '../../kernels/elementwise.ts';
import { elementwise, leaf } from '../../src/graph/build.ts';
import { sizeOf, type HostArray, type Node } from '../../src/graph/node.ts';
import { topological } from '../../src/graph/walk.ts';
import { hostCall, setDevice, tensor, type Tensor } from '../../src/index.ts';
import { bounded } from '../../src/testing/programs/bounded.ts';
import { disagreement } from '../../src/testing/programs/disagreement.ts';
import { mostNodes } from '../../src/testing/programs/generate.ts';
import { any, type Choice } from '../../src/testing/programs/pool.ts';
import { build, type Program } from '../../src/testing/programs/program.ts';
import type { Bounded } from '../../src/testing/programs/rounding.ts';
import { programs } from '../../src/testing/programs/arbitrary.ts';

await setDevice('cpu');

describe('random programs', () => {
  const sample = fc.sample(programs(), { numRuns: 300, seed: 1 });
  const graphs = sample.map((p) =>
    topological(
      build(p).map((t) => t.node),
      () => false,
    ),
  );

  test('have up to 60 nodes, every rank to 6, axes of size 0, shared parts, and every kind of operation', () => {
    expect(Math.max(...graphs.map((g) => g.length))).toBeLessThanOrEqual(mostNodes);
    expect(graphs.filter((g) => g.length > 50).length).toBeGreaterThan(30);
    const nodes = graphs.flat();
    for (let rank = 0; rank <= 6; rank++) expect(nodes.some((n) => n.shape.length === rank)).toBe(true);
    expect(nodes.some((n) => n.shape.includes(0))).toBe(true);
    for (const op of [
      'elementwise',
      'reduce',
      'contract',
      'gather',
      'concat',
      'window',
      'fanOut',
      'pad',
      'flip',
      'random',
    ])
      expect(
        nodes.some((n) => n.op === op),
        op,
      ).toBe(true);
    const shared = graphs.filter((g) =>
      g.some((n) => n.inputs.length > 0 && g.filter((m) => m.inputs.includes(n)).length > 1),
    );
    expect(shared.length).toBeGreaterThan(200);
  });

  test('often decide about elements that were joined, repeated or padded, and then fold', () => {
    const follows = (p: Program, i: number, names: readonly string[]): number | undefined =>
      p[i]!.inputs.find((j) => names.includes(p[j]!.name));
    const folds = ['sum', 'total', 'mean', 'prod', 'max', 'min', 'logSumExp', 'variance', 'std', 'norm'];
    const chained = sample.filter((p) =>
      p.some(({ name }, i) => {
        const decided = folds.includes(name) ? follows(p, i, ['compare', 'where', 'argMax', 'reshape']) : undefined;
        return decided !== undefined && follows(p, decided, ['concat', 'stack', 'broadcastTo', 'pad']) !== undefined;
      }),
    );
    expect(chained.length).toBeGreaterThan(60);
  });

  test('are the same when they are built again', () => {
    for (const p of sample.slice(0, 50)) expect(build(p).map((t) => t.shape)).toEqual(build(p).map((t) => t.shape));
  });
});

/** A float32 that is not further from v than e. */
function float32Near(v: number, share: number, e: number): number {
  const moved = Math.fround(v + share * e);
  return Math.abs(moved - v) <= e ? moved : v;
}

/** The bound of one operation on inputs that are given with their errors. */
function boundOf(name: ElementwiseName, x: readonly number[], e: readonly number[]): { value: number; error: number } {
  const inputs = x.map(() => leaf([]));
  const known = new Map<Node, Bounded>(
    inputs.map((n, i) => [
      n,
      { value: Float64Array.of(x[i]!), error: Float64Array.of(e[i]!), origin: Float64Array.of(i) },
    ]),
  );
  const [b] = bounded([elementwise(name, ...inputs)], 'ieee', known) as [Bounded];
  return { value: b.value[0]!, error: b.error[0]! };
}

describe('bounds', () => {
  for (const name of Object.keys(table) as ElementwiseName[])
    test(`of ${name} hold for whatever the inputs may be, and are worth something`, () => {
      const f = table[name].value as Scalar;
      const place = fc.record({
        x: fc.noBias(fc.integer({ min: -400, max: 400 })).map((n) => n / 97),
        e: fc.constantFrom(0, 1e-7, 1e-4),
      });
      const share = fc.double({ min: -1, max: 1, noNaN: true });
      let [tight, finite] = [0, 0];
      fc.assert(
        fc.property(
          fc.array(place, { minLength: table[name].arity, maxLength: table[name].arity }),
          fc.array(share, { minLength: 3, maxLength: 3 }),
          (at, shares) => {
            const x = at.map((p) => Math.fround(p.x));
            const { value, error } = boundOf(
              name,
              x,
              at.map((p) => p.e),
            );
            const near = x.map((v, i) => float32Near(v, shares[i]!, at[i]!.e));
            const moved = Math.fround(f(...near));
            if (error === Infinity) return;
            finite++;
            if (error <= 0.01 * Math.max(1, Math.abs(value))) tight++;
            expect(Math.abs(moved - value), `${name}(${x.join(', ')})`).toBeLessThanOrEqual(error);
          },
        ),
        { numRuns: 400 },
      );
      // Outside its domain an operation has no bound: acosh has one for a third of the numbers.
      expect(finite).toBeGreaterThan(60);
      expect(tight / finite).toBeGreaterThan(0.9);
    });

  const errorsOf = (t: Tensor): number[] => [...bounded([t.node], 'ieee')[0]!.error];

  test('are zero for whole numbers and for what is only moved', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (const y of [
      x.add(x),
      x.mul(7).sub(2),
      x.sum(),
      x.matmul(x.transpose()),
      x.flip().reshape([3, 2]),
      x.max({ axis: 1 }),
    ])
      expect(Math.max(...errorsOf(y))).toBe(0);
  });

  test('cover both outcomes of a decision that hangs on rounding', () => {
    const x = tensor([0.1, 0.3]).mul(3);
    expect(errorsOf(x.greater(tensor([0.1, 0.2]).add(tensor([0.2, 0.2]))))).toEqual([1, 0]);
    expect(errorsOf(x.sub(0.30000000000000004).mul(1e9).floor())[0]).toBeGreaterThan(10);
  });

  test('know a number by where it comes from: the place of a maximum is certain', () => {
    const x = tensor([0.1, 0.7, 0.3]).exp();
    expect(errorsOf(x.equal(x.max()))).toEqual([0, 0, 0]);
    expect(errorsOf(x.sub(x.max()))[1]).toBe(0);
  });

  test('of a sum grow with the terms, whatever their order', () => {
    const [e] = errorsOf(tensor(Array.from({ length: 1000 }, (_, i) => Math.fround(Math.sin(i)))).sum());
    expect(e).toBeGreaterThan(1e-6);
    expect(e).toBeLessThan(0.1);
  });
});

/**
 * A choice whose results are a hundredth too large where they are computed in float32: what a
 * broken kernel would do.
 */
const broken: Choice = (random, pool) => {
  const i = any(random, pool, (shape) => sizeOf(shape) > 0)!;
  const host = (x: HostArray): number[] => Array.from(x, (v) => v * (x instanceof Float32Array ? 1.01 : 1));
  return { name: 'broken', inputs: [i], run: (x) => hostCall(host, [x!.round()], x!.shape) };
};

test('a device that is wrong is found, and the program shrinks to the operation that is', async () => {
  const run = await fc.check(
    fc.asyncProperty(programs([[broken]]), async (program) => {
      const problem = await disagreement(program, ['fused']);
      if (problem !== undefined) throw new Error(problem);
    }),
    { numRuns: 100, seed: 2 },
  );
  expect(run.failed).toBe(true);
  const [smallest] = run.counterexample!;
  expect(smallest.map((step) => step.name)).toEqual(['data', 'broken']);
  const said = String((run.errorInstance as Error).message);
  expect(said).toMatch(/^cpu, fused: element \d+ of result 0 must be within 0 of -?\d+, got -?[\d.]+\nv0 = data: /);
  expect(said).toContain('hostCall(');
});
