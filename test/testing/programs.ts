import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  constant,
  device,
  fanOut,
  gradDrop,
  key,
  meanLanes,
  sumLanes,
  tensor,
  type DeviceName,
  type Tensor,
} from '../../src/index.ts';
import { disagreement, type Compared, type Manner } from '../../src/testing/programs/disagreement.ts';
import { randomProgram } from '../../src/testing/programs/generate.ts';
import { any, mostAxes, mostElements, pick, type Choice } from '../../src/testing/programs/pool.ts';
import type { Program, Random } from '../../src/testing/programs/program.ts';
import { simpler } from '../../src/testing/programs/simpler.ts';
import { sizeOf } from '../../src/graph/node.ts';

/** A fan-out whose lanes go different ways and meet again. */
const lanes =
  (name: string, split: (random: Random, count: number) => (h: Tensor) => Tensor): Choice =>
  (random, pool) => {
    const i = any(random, pool, (s) => s.length > 0 && s.length < mostAxes && sizeOf(s) * 3 <= mostElements);
    if (i === undefined) return undefined;
    const count = 1 + random(3);
    const apart = split(random, count);
    const weights = tensorOfWeights(pool[i]!.length, count);
    const whole = random(2) === 0;
    return {
      name,
      inputs: [i],
      run: (h) => {
        const wide = apart(h!).mul(weights());
        if (whole) return wide;
        return [...wide].map((x, n) => (n === 0 ? x.sin() : x.mul(n - 1.5))).reduce((a, b) => a.add(b));
      },
    };
  };

const tensorOfWeights = (rank: number, count: number) => (): Tensor =>
  tensor(
    Float64Array.from({ length: count }, (_, i) => [1, -0.75, 0.5][i]!),
    { shape: [count, ...Array.from({ length: rank }, () => 1)] },
  );

const fanOuts: readonly Choice[] = [
  lanes('sumLanes', (_, n) => (h) => fanOut(h, n, sumLanes())),
  lanes('meanLanes', (_, n) => (h) => fanOut(h, n, meanLanes())),
  lanes('constant', (_, n) => (h) => fanOut(h, n, constant([2, -1, 0.5].slice(0, n)))),
  lanes('gradDrop', (random, n) => {
    const seed = random(1000);
    const k = pick(random, [0, 0.5, 1]);
    const marginalize = pick(random, ['batch', 'none'] as const);
    const zeroSign = pick(random, ['keep', 'drop', 'positive'] as const);
    const leak = pick(random, [0, 0.25, [0, 0.5, 1].slice(0, n)]);
    const preserveNorm = random(4) === 0;
    const inputSign = random(3) > 0;
    return (h) => gradDrop(h, n, { key: key(seed), k, marginalize, zeroSign, leak, preserveNorm, inputSign });
  }),
];

/** Programs of up to 60 nodes, made by src/testing/programs; fast-check gives the random numbers and does the shrinking. */
class Programs extends fc.Arbitrary<Program> {
  readonly #more: readonly (readonly Choice[])[];

  constructor(more: readonly (readonly Choice[])[]) {
    super();
    this.#more = more;
  }

  override generate(random: fc.Random): fc.Value<Program> {
    return new fc.Value(
      randomProgram((n) => random.nextInt(0, n - 1), [fanOuts, ...this.#more]),
      undefined,
    );
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return Array.isArray(value);
  }

  override shrink(value: Program): fc.Stream<fc.Value<Program>> {
    return fc.stream(simpler(value)).map((p) => new fc.Value(p, undefined));
  }
}

export const programs = (more: readonly (readonly Choice[])[] = []): fc.Arbitrary<Program> => new Programs(more);

/** The programs run on a device if nothing else is said: each compiles kernels. */
const defaultRuns: Partial<Record<DeviceName, number>> = { reference: 100, cpu: 40, webasm: 40, webgpu: 15 };

const environment = globalThis.process?.env ?? {};

/** How many programs are run: what COTANGENT_PROGRAMS says, if it says something. */
function runsOf(asked: string | undefined, usual: number): number {
  const runs = Number(asked ?? usual);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`programs: COTANGENT_PROGRAMS must be a positive integer, got '${asked}'`);
  return runs;
}

/** Random programs agree with the float64 interpreter within its own error bound, on the device that is set. */
export function programsSuite(name: DeviceName, runs = defaultRuns[name] ?? 8): void {
  const numRuns = runsOf(environment.COTANGENT_PROGRAMS, runs);
  for (const manner of ['fused', 'unfused'] satisfies Manner[])
    test(
      `${numRuns} random programs and their gradients are within their bounds, ${manner}`,
      { timeout: 120_000 + 2_000 * numRuns },
      async () => {
        expect(device()).toBe(name);
        const compared: Compared = { decided: 0, elements: 0 };
        await fc.assert(
          fc.asyncProperty(programs(), async (program) => {
            const problem = await disagreement(program, [manner], compared);
            if (problem !== undefined) throw new Error(problem);
          }),
          { numRuns },
        );
        // A bound that is too wide to fail proves nothing.
        expect(compared.decided / compared.elements).toBeGreaterThan(0.8);
      },
    );
}
