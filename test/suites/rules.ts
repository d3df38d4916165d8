import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { grad, key, tensor, vmap, type Rule, type Tensor } from '../../src/index.ts';
import { expectClose } from './checkCase.ts';
import { inner, norm, normals, type Rows } from './matrices.ts';
import { base, names, run } from './ruleTable.ts';
import { suiteOn, type DeviceName, type Settings } from './settings.ts';

/** Matrices on a grid, with as many columns as rows or more, so that they are seldom singular. */
const matrix = (rows: number, columns: number): fc.Arbitrary<number[][]> =>
  fc.array(
    fc.array(
      fc.integer({ min: -16, max: 16 }).map((x) => x / 4),
      { minLength: columns, maxLength: columns },
    ),
    {
      minLength: rows,
      maxLength: rows,
    },
  );

/**
 * Whether the rows are far from having a vanishing combination with weights ≥ 0, and from being
 * dependent.
 */
async function regular(J: Rows): Promise<boolean> {
  const sizes = J.map(norm);
  if (Math.min(...sizes) < 0.5) return false;
  const shortest = norm(
    await run(
      c.mgda(),
      J.map((row, i) => row.map((x) => x / sizes[i]!)),
    ),
  );
  return shortest > 0.1;
}

function tables(settings: Settings): void {
  for (const [name, { rule, golden }] of names((e) => e.golden))
    test(`${name} has its published value`, async () => {
      // Published values have five places.
      expectClose(name, await run(rule, base), golden!, Math.max(1e-5, settings.tolerance));
    });

  for (const [name, { rule, degree }] of names((e) => e))
    test(`${name} is homogeneous, from gradients of 1e-30 to 1e30`, async () => {
      const one = await run(rule, base);
      for (const scale of [1e-30, 1e-9, 1e9, 1e30]) {
        const many = await run(
          rule,
          base.map((row) => row.map((x) => x * scale)),
        );
        expectClose(
          `${name} at ${scale}`,
          many.map((x) => x / scale ** degree),
          one,
          Math.max(1e-5, settings.tolerance),
        );
      }
    });

  for (const [name, { rule }] of names((e) => e))
    test(`${name} of zeros is zero`, async () => {
      expect(
        (
          await run(rule, [
            [0, 0],
            [0, 0],
          ])
        ).map(Math.abs),
      ).toEqual([0, 0]);
    });

  for (const [name, { rule }] of names((e) => e))
    test(`${name} counts as constant weights to differentiation`, async () => {
      const J = tensor(base);
      const slope = grad((x: Tensor) => rule(x.mul(J)).sum())(1);
      const value = (await run(rule, base)).reduce((a, b) => a + b, 0);
      expectClose(name, [await slope.item()], [value], Math.max(1e-5, settings.tolerance));
    });

  for (const [name, { rule }] of names((e) => !e.draws))
    test(`${name} under vmap merges each problem alone`, async () => {
      const problems = [
        base,
        [
          [1, 2, 0],
          [-1, 1, 3],
        ],
        [
          [2, 0, 0],
          [0, 1, 0],
        ],
      ];
      const all = vmap((J: Tensor) => rule(J))(tensor(problems));
      for (const [i, J] of problems.entries())
        expectClose(`problem ${i}`, await all.at(i).data(), await run(rule, J), Math.max(1e-9, settings.tolerance));
    });
}

function properties(settings: Settings): void {
  const tolerance = Math.max(1e-7, settings.tolerance * 10);
  const numRuns = Math.ceil(settings.runs / 3);

  test('mgda is the point of least norm: its weights are the only way it can be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom([2, 3], [5, 4], [8, 10], [6, 2], [3, 1]).chain(([m, n]) => matrix(m!, n!)),
        async (J) => {
          const x = await run(c.mgda(), J);
          const size = Math.max(1, ...J.map(norm));
          // x is the nearest point of the hull to 0 iff ⟨g_i, x⟩ ≥ ⟨x, x⟩ for every i.
          for (const row of J) expect(inner(row, x)).toBeGreaterThanOrEqual(inner(x, x) - tolerance * size * size);
        },
      ),
      { numRuns },
    );
  });

  test('pcgrad of two losses is upgrad with preferences of 1', async () => {
    await fc.assert(
      fc.asyncProperty(matrix(2, 3), async (J) => {
        const mine = await run(c.pcgrad({ key: key(1) }), J);
        expectClose('pcgrad', mine, await run(c.upgrad({ preference: [1, 1] }), J), tolerance * 10);
      }),
      { numRuns },
    );
  });

  test('nashMtl has the norm 1 and is fairGrad over √n; the bargain of each loss is the same', async () => {
    await fc.assert(
      fc.asyncProperty(matrix(3, 5), async (J) => {
        if (!(await regular(J))) return;
        const x = await run(c.nashMtl(), J);
        expectClose('norm', [norm(x)], [1], tolerance * 100);
        const fair = await run(c.fairGrad({ alpha: 1 }), J);
        expectClose(
          'fair',
          x,
          fair.map((v) => v / Math.sqrt(3)),
          tolerance * 100,
        );
        // α = 1/(Gα) elementwise, so Jᵀα = Σ g_i/⟨g_i, Jᵀα⟩.
        const back = fair.map((_, j) => J.reduce((s, row) => s + row[j]! / inner(row, fair), 0));
        expectClose('fixed point', back, fair, tolerance * 1000);
      }),
      { numRuns },
    );
  });

  test('fairGrad solves Gx = x^(−1/α): each loss’s progress is its weight to that power', async () => {
    for (const alpha of [0.1, 0.5, 3]) {
      const J = [
        [1, 0.5, 0],
        [-0.25, 1, 0.5],
        [0, 0.25, 2],
      ];
      const d = await run(c.fairGrad({ alpha }), J);
      const weights = J.map((row) => inner(row, d) ** -alpha);
      expectClose(
        `alpha ${alpha}`,
        d.map((_, j) => J.reduce((s, row, i) => s + weights[i]! * row[j]!, 0)),
        d,
        tolerance * 1000,
      );
    }
    expectClose('alpha 0', await run(c.fairGrad({ alpha: 0 }), base), [1, 1, 1], tolerance);
  });

  test('imtlG has one projection on every unit gradient, config one cosine with every gradient', async () => {
    await fc.assert(
      fc.asyncProperty(matrix(3, 5), async (J) => {
        if (!(await regular(J))) return;
        for (const rule of [c.imtlG(), c.config()]) {
          const x = await run(rule, J);
          const projections = J.map((row) => inner(row, x) / norm(row));
          const largest = Math.max(1, ...projections.map(Math.abs));
          for (const p of projections) expect(Math.abs(p - projections[0]!) / largest).toBeLessThan(tolerance * 1e3);
        }
      }),
      { numRuns },
    );
  });

  test('cagrad is the best worst case within its ball', async () => {
    await fc.assert(
      fc.asyncProperty(matrix(3, 4), async (J) => {
        if (!(await regular(J))) return;
        const mean = J[0]!.map((_, j) => (J[0]![j]! + J[1]![j]! + J[2]![j]!) / 3);
        const x = await run(c.cagrad({ c: 0.5 }), J);
        const radius = 0.5 * norm(mean);
        const away = x.map((v, j) => v - mean[j]!);
        expect(norm(away)).toBeLessThanOrEqual(radius * (1 + tolerance * 100) + tolerance);
        const worst = (d: readonly number[]): number => Math.min(...J.map((row) => inner(row, d)));
        // Directions of a few kinds: none of the same ball may do better.
        for (const v of [...J, mean, x, [1, 0, 0, 0], [0, -1, 0, 0]]) {
          const other = mean.map((m, j) => m + (radius * v[j]!) / Math.max(1e-9, norm(v)));
          expect(worst(other)).toBeLessThanOrEqual(worst(x) + tolerance * 100 * (1 + norm(mean) ** 2));
        }
      }),
      { numRuns },
    );
  });

  test('gradients that conflict without end are zero in the middle: no rule makes NaN of them', async () => {
    for (const J of [
      [
        [1, 0],
        [-1, 0],
      ],
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 0],
        [0, 0],
      ],
      [
        [0, 1],
        [1, -1],
        [1, 0],
      ],
    ])
      for (const [name, { rule }] of names((e) => e)) {
        if (name === 'constant' && J.length !== 2) continue;
        for (const x of await run(rule, J)) expect(Number.isFinite(x), name).toBe(true);
      }
    // This one has an answer, though solvers have failed on it.
    expect(
      norm(
        await run(c.nashMtl(), [
          [0, 1],
          [1, -1],
          [1, 0],
        ]),
      ),
    ).toBeCloseTo(1, 5);
    expectClose(
      'upgrad',
      await run(c.upgrad(), [
        [1, 0],
        [-1, 0],
      ]),
      [0, 0],
      settings.tolerance,
    );
  });
}

function oneDimension(settings: Settings): void {
  const losses = [1, 2, -3, 0.5, -1];
  const problems = tensor(Array.from({ length: 400 }, () => losses.map((x) => [x])));
  const results = async (rule: Rule): Promise<number[]> =>
    Array.from(await vmap((J: Tensor) => rule(J))(problems).data());

  test('pcgrad stands still in one dimension where every loss has an opponent', async () => {
    expectClose(
      'pcgrad',
      await results(c.pcgrad({ key: key(0) })),
      Array.from({ length: 400 }, () => 0),
      settings.tolerance,
    );
  });

  test('iterativePcgrad keeps one sign there, that of a loss at random', async () => {
    const all = await results(c.iterativePcgrad({ key: key(0) }));
    for (const x of all) expect(Math.min(Math.abs(x - 3.5), Math.abs(x + 4))).toBeLessThan(1e-4);
    // Three of five losses are positive: five standard deviations on either side.
    const positive = all.filter((x) => x > 0).length / all.length;
    expect(Math.abs(positive - 0.6)).toBeLessThan(5 * Math.sqrt((0.6 * 0.4) / 400));
  });

  test('many starts as one tensor are each their own problem: lanes merge within a start', async () => {
    const [a, b] = [tensor([1, 2.5, 0.75]), tensor([0.25, 1, 2])];
    const starts = [-2, 0.5, 1.25, 3];
    for (const rule of [
      c.mgda(),
      c.imtlG(),
      c.upgrad(),
      c.cagrad(),
      c.sumLanes(),
      c.signDrop({ draw: tensor(0.4), marginalize: 'none' }),
    ]) {
      const slope = grad((w: Tensor) => c.fanOut(w, 3, rule).mul(a).add(b).sin().add(1).sum());
      const together = vmap((w: Tensor) => slope(w))(tensor(starts));
      const alone = await Promise.all(starts.map((w) => slope(w).item()));
      expectClose('slopes', await together.data(), alone, Math.max(1e-7, settings.tolerance * 10));
    }
  });

  test('mgda, with losses that pull both ways, finds zero', async () => {
    expectClose(
      'mgda',
      await run(
        c.mgda(),
        losses.map((x) => [x]),
      ),
      [0],
      1e-5,
    );
    expectClose('mgda', await run(c.mgda(), [[2], [3]]), [2], settings.tolerance);
  });
}

function robust(settings: Settings): void {
  const J = [
    [1, 2],
    [1.1, 2.1],
    [0.9, 2],
    [1, 1.9],
    [100, -100],
  ];
  test('krum and trimmedMean do not follow an outlier', async () => {
    expectClose('krum', await run(c.krum({ byzantine: 1, selected: 1 }), J), [1, 2], settings.tolerance);
    expectClose('krum', await run(c.krum({ byzantine: 1, selected: 4 }), J), [1, 2], settings.tolerance);
    expectClose('trimmed', await run(c.trimmedMean({ trim: 1 }), J), [3.1 / 3, 5.9 / 3], settings.tolerance);
  });
  test('krum tells gradients apart that nearly agree, beside one that does not', async () => {
    const next = normals(1);
    const common = Array.from({ length: 20_000 }, next);
    const noise = Array.from({ length: 20_000 }, next);
    // The fourth, at 1, is nearest to two others.
    const rows = [-20, -5, 6, 1, 22].map((far) => common.map((x, k) => Math.fround(x + far * 2e-6 * noise[k]!)));
    const outlier = noise.map((x) => Math.fround(1e3 * x));
    const chosen = async (lanes: Rows): Promise<number> => {
      const got = await run(c.krum({ byzantine: 2 }), lanes);
      return lanes.findIndex((row) => row.every((x, k) => x === got[k]));
    };
    expect(await chosen([...rows, outlier])).toBe(3);
    expect(await chosen([outlier, ...rows])).toBe(4);
  });
}

/** The claims about the merge rules on a device. */
export function ruleSuite(name: DeviceName): void {
  suiteOn(name, 'rules', (settings) => {
    describe('the table', () => tables(settings));
    describe('what defines them', () => properties(settings));
    describe('in one dimension', () => oneDimension(settings));
    describe('with outliers', () => robust(settings));
  });
}
