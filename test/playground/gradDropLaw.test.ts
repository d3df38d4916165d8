import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradDropLaw, type LawOptions } from '../../examples/playground/law/gradDropLaw.ts';
import { uniform } from '../../examples/playground/law/uniform.ts';
import {
  fanOut,
  grad,
  lanesReport,
  setDevice,
  signDrop,
  sumLanes,
  tensor,
  type SignDropOptions,
} from '../../src/index.ts';

await setDevice('reference');

/**
 * An odd number of draws in the middle of equal cells, so that none is a quotient of small
 * integers.
 */
const count = 1009;
const draws = Array.from({ length: count }, (_, j) => (j + 0.5) / count);

interface Case {
  readonly gradients: readonly (readonly number[])[];
  readonly inputs: readonly number[];
  readonly k: number;
  readonly leak: readonly number[];
  readonly zeroSign: 'keep' | 'drop' | 'positive';
  readonly inputSign: boolean;
}

const small = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true }));
const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .chain(([losses, examples]) => {
    const row = fc.array(small, { minLength: examples, maxLength: examples });
    return fc.record({
      gradients: fc.array(row, { minLength: losses, maxLength: losses }),
      inputs: fc.array(fc.constantFrom(-2, 0, 1), { minLength: examples, maxLength: examples }),
      k: fc.constantFrom(0, 0.25, 0.5, 1),
      leak: fc.array(fc.constantFrom(0, 0.25, 1), { minLength: losses, maxLength: losses }),
      zeroSign: fc.constantFrom('keep', 'drop', 'positive'),
      inputSign: fc.boolean(),
    });
  });

/**
 * What the engine does with every one of the draws: rows of results, one number for each example.
 */
async function engine({ gradients, inputs, ...rest }: Case): Promise<number[][]> {
  const lanes = gradients.map((lane) => lane.map((g) => draws.map(() => g)));
  const h = inputs.map((x) => draws.map(() => x));
  const options: SignDropOptions = { ...rest, draw: tensor([draws]), marginalize: [0] };
  const results = (await signDrop(options)(tensor(lanes), tensor(h)).array()) as number[][];
  return draws.map((_, j) => results.map((row) => row[j]!));
}

const lawOf = ({ gradients, inputs, inputSign, ...rest }: Case) =>
  gradDropLaw(gradients, { ...rest, ...(inputSign ? { inputs } : {}) });

const close = (got: readonly number[], want: readonly number[]): boolean =>
  got.every((x, i) => Math.abs(x - want[i]!) <= 1e-9);

describe('the law is that of signDrop', () => {
  test('every draw of the engine gives the outcome of its side, and each side has its share of the draws', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const law = lawOf(c);
        const results = await engine(c);
        // A draw may fall on f(P) itself, up to rounding; there both answers are right.
        const decided = draws.flatMap((u, j) => (Math.abs(u - law.keep) > 1e-9 ? [j] : []));
        for (const j of decided) {
          const outcome = law.outcomes.find(({ side }) => (side === 'positive') === draws[j]! < law.keep)!;
          expect(close(results[j]!, outcome.values), `u = ${draws[j]}`).toBe(true);
        }
        for (const { side, probability } of law.outcomes) {
          const inCells = draws.filter((u) => (side === 'positive') === u < law.keep).length / count;
          expect(Math.abs(inCells - probability)).toBeLessThanOrEqual(1 / count);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('its purity and share are those of lanesReport', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.constantFrom(0.031, 0.481, 0.967), async (c, u) => {
        const { gradients, inputs, leak: _, ...rest } = c;
        const lanes = tensor(gradients as number[][]);
        const draw = tensor([u]);
        const report = lanesReport(lanes, tensor(inputs as number[]), { ...rest, draw, marginalize: [0] });
        const law = lawOf(c);
        expect(await report.purity.reshape([]).item()).toBeCloseTo(law.purity, 12);
        const size = law.pulls.reduce((s, g) => s + Math.abs(g), 0);
        const positive = law.pulls.reduce((s, g) => s + Math.max(g, 0), 0);
        expect(size === 0 ? 0.5 : positive / size).toBeCloseTo(law.purity, 12);
        const outcome = law.outcomes.find(({ side }) => (side === 'positive') === u < law.keep)!;
        expect(await report.share.item()).toBeCloseTo(outcome.share, 12);
      }),
      { numRuns: 100 },
    );
  });

  test('with k = 1 and one leak for all, the mean is the gradient of the ordinary backward pass', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(small, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (g, leak) => {
          const total = (h: ReturnType<typeof tensor>) => fanOut(h, g.length, sumLanes()).mul(tensor(g)).sum();
          const law = gradDropLaw(
            g.map((x) => [x]),
            { leak },
          );
          expect(law.mean[0]).toBeCloseTo(await grad(total)(tensor(1)).item(), 9);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('the law has the closed forms that are known for it', () => {
  test('without a leak: mean (1 + k)/2 · D, variance ¼ (S² − k² D²)', () => {
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (g, k) => {
          const law = gradDropLaw(
            g.map((x) => [x]),
            { k },
          );
          const D = g.reduce((a, b) => a + b, 0);
          const S = g.reduce((a, b) => a + Math.abs(b), 0);
          expect(law.mean[0]).toBeCloseTo(((1 + k) / 2) * D, 9);
          expect(law.variance[0]).toBeCloseTo((S * S - k * k * D * D) / 4, 8);
        },
      ),
    );
  });

  test('probabilities are positive and sum to 1, and the mean is between the outcomes', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const { outcomes, mean } = lawOf(c);
        expect(outcomes.every(({ probability }) => probability > 0)).toBe(true);
        expect(outcomes.reduce((a, { probability }) => a + probability, 0)).toBeCloseTo(1, 12);
        mean.forEach((m, b) => {
          const values = outcomes.map((outcome) => outcome.values[b]!);
          expect(m).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(m).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        });
      }),
    );
  });

  test('the figure of the paper: 3 and 1 agree, 7 and −3 have purity 0.7', () => {
    expect(gradDropLaw([[3], [1]])).toMatchObject({
      purity: 1,
      keep: 1,
      outcomes: [{ values: [4], share: 1 }],
      variance: [0],
    });
    const { purity, outcomes, mean, variance, note } = gradDropLaw([[7], [-3]]);
    expect(purity).toBe(0.7);
    expect(outcomes.map(({ values }) => values)).toEqual([[7], [-3]]);
    expect(outcomes[0]!.probability).toBeCloseTo(0.7, 15);
    expect([mean[0], variance[0]]).toEqual([expect.closeTo(4, 12), expect.closeTo(21, 12)]);
    expect(note).toBeUndefined();
  });
});

describe('cases at the edge', () => {
  const column = (...g: readonly number[]): number[][] => g.map((x) => [x]);
  const noteOf = (g: readonly number[], options?: LawOptions): string | undefined =>
    gradDropLaw(column(...g), options).note;

  test('each has its sentence', () => {
    expect(noteOf([0, 0])).toMatch(/no gradient here.*½.*0 for every draw/);
    expect(noteOf([2, 0])).toMatch(/one sign. Every draw keeps all/);
    expect(noteOf([2, 1], { k: 0.5 })).toMatch(/some draws keep the other sign/);
    expect(noteOf([2, -1], { inputs: [0] })).toMatch(/No loss has a sign/);
    expect(noteOf([1, NaN])).toBe(
      'The gradient of loss B is not a number, so the purity is undefined and the result is NaN.',
    );
    expect(noteOf([-Infinity, 1])).toMatch(/loss A is infinite/);
  });

  test('where a gradient is not finite, so is the result of the engine', async () => {
    for (const g of [
      [1, NaN],
      [-Infinity, 1],
      [Infinity, -Infinity],
    ]) {
      const [result] = await signDrop({ draw: tensor([0.5]), marginalize: 'none' })(
        tensor(column(...g)),
        tensor([1]),
      ).data();
      expect(result).toBeNaN();
      expect(gradDropLaw(column(...g)).mean[0]).toBeNaN();
    }
  });

  test('no finite gradient gives a purity that is none', () => {
    const wide = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(5e-324, -5e-324, 1.7e308, -1.7e308),
    );
    fc.assert(
      fc.property(fc.array(wide, { minLength: 1, maxLength: 6 }), (g) => {
        const { purity } = gradDropLaw(column(...g));
        expect(purity >= 0 && purity <= 1).toBe(true);
        if (g.every((x) => x > 0)) expect(purity).toBe(1);
      }),
    );
    expect(gradDropLaw(column(1.7e308, -1.7e308)).purity).toBe(0.5);
    expect(gradDropLaw(column(5e-324, 5e-324)).purity).toBe(1);
  });
});

test("the page's own draws lie inside (0, 1), are the same for the same numbers, and have no visible pattern", () => {
  const us = Array.from({ length: 20_000 }, (_, j) => uniform(2020, j, j % 4));
  expect(us.every((u) => u > 0 && u < 1)).toBe(true);
  expect(uniform(2020, 7, 1)).toBe(uniform(2020, 7, 1));
  // Twenty cells: the statistic is chi-squared with 19 degrees of freedom, above 60 once in 10⁵
  // seeds.
  for (const seed of [0, 1, 2020, 2 ** 31]) {
    const cells = Array.from({ length: 20 }, () => 0);
    for (let j = 0; j < 20_000; j++) cells[Math.floor(uniform(seed, j, 0) * 20)]! += 1;
    expect(cells.reduce((a, n) => a + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(60);
    const products = Array.from(
      { length: 20_000 },
      (_, j) => (uniform(seed, j, 0) - 0.5) * (uniform(seed, j, 1) - 0.5),
    );
    // Their mean has the standard deviation 1 / (12 √20000) = 0.0006.
    expect(Math.abs(products.reduce((a, b) => a + b) / 20_000)).toBeLessThan(0.003);
  }
});
