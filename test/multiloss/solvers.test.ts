import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eigen, pseudoInverse } from '../../src/multiloss/eigen.ts';
import { cosines, diagonal, dot, form, sumOf, times } from '../../src/multiloss/linear.ts';
import { balance } from '../../src/multiloss/newton.ts';
import { nonnegativeLeastSquares } from '../../src/multiloss/nnls.ts';
import { nonconflicting } from '../../src/multiloss/nonconflicting.ts';
import { minNormWeights } from '../../src/multiloss/rules/mgda.ts';

/** Small whole numbers, so that rows repeat, oppose each other and depend on each other. */
const degenerate = fc
  .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: -2, max: 1 }))
  .chain(([m, n, low]) =>
    fc.array(fc.array(fc.integer({ min: low, max: 2 }), { minLength: n, maxLength: n }), {
      minLength: m,
      maxLength: m,
    }),
  );
const smooth = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 15 })).chain(([m, n]) =>
  fc.array(
    fc.array(
      fc.integer({ min: -1000, max: 1000 }).map((x) => x / 1000),
      { minLength: n, maxLength: n },
    ),
    {
      minLength: m,
      maxLength: m,
    },
  ),
);

const gramian = (J: readonly (readonly number[])[]): number[][] => J.map((a) => J.map((b) => dot(a, b)));

describe.each([
  ['degenerate', degenerate],
  ['smooth', smooth],
])('on %s gradients', (_, matrices) => {
  test('the point of least norm satisfies the conditions that only it satisfies', () => {
    fc.assert(
      fc.property(matrices, (J) => {
        const G = gramian(J);
        const w = minNormWeights(G, 2 ** -52);
        const scale = Math.max(1e-9, ...diagonal(G));
        expect(Math.min(...w)).toBeGreaterThanOrEqual(0);
        expect(sumOf(w)).toBeCloseTo(1, 12);
        expect(form(G, w) - Math.min(...times(G, w))).toBeLessThanOrEqual(1e-10 * scale);
      }),
      { numRuns: 300 },
    );
  });

  test('the projection on what conflicts with nobody conflicts with nobody, and wastes nothing', () => {
    fc.assert(
      fc.property(matrices, fc.integer({ min: -15, max: 15 }), (J, power) => {
        // Gradients of very different lengths.
        const G = gramian(J.map((row, i) => row.map((x) => x * 10 ** (i % 2 === 0 ? 0 : power))));
        const u = G.map(() => 1 / G.length);
        const [v] = nonconflicting(G, 2 ** -50, [u]) as [number[]];
        const { norms } = cosines(G);
        const scale = Math.max(1e-300, ...norms);
        times(G, v).forEach((p, i) => {
          if (norms[i] === 0) return;
          const progress = p / norms[i]! / scale;
          expect(progress).toBeGreaterThanOrEqual(-1e-10);
          // Weight is added only where the direction is at the edge of a conflict.
          expect(((v[i]! - u[i]!) * norms[i]! * progress) / scale).toBeLessThanOrEqual(1e-10);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('eigenvectors are orthonormal, rebuild the matrix and its pseudo-inverse', () => {
    fc.assert(
      fc.property(matrices, (J) => {
        const G = gramian(J);
        const { values, vectors } = eigen(G);
        const scale = Math.max(1e-9, ...diagonal(G));
        G.forEach((row, i) =>
          row.forEach((x, j) => {
            const rebuilt = sumOf(values.map((value, k) => value * vectors[i]![k]! * vectors[j]![k]!));
            expect(Math.abs(rebuilt - x)).toBeLessThanOrEqual(1e-12 * scale * G.length);
            const product = sumOf(values.map((_, k) => vectors[i]![k]! * vectors[j]![k]!));
            expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
          }),
        );
        const x = times(
          G,
          G.map((_, i) => 1 + (i % 3)),
        );
        const back = times(G, pseudoInverse(G, x, 2 ** -52));
        back.forEach((b, i) => expect(Math.abs(b - x[i]!)).toBeLessThanOrEqual(1e-6 * scale * G.length));
      }),
      { numRuns: 100 },
    );
  });

  test('the balance Gx = x^−s is found wherever there is one', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(0.3, 1, 2, 5), (J, s) => {
        const { C, norms } = cosines(gramian(J));
        fc.pre(!norms.includes(0) && form(C, minNormWeights(C, 2 ** -52)) > 1e-3);
        const x = balance(C, s);
        const progress = times(C, x);
        x.forEach((xi, i) => expect(progress[i]! * xi ** s).toBeCloseTo(1, 6));
      }),
      { numRuns: 200 },
    );
  });

  test('the balance of gradients that nearly oppose is found in few steps', () => {
    for (const gap of [1e-3, 1e-5, 1e-7, 1e-9])
      for (const s of [0.5, 1, 2]) {
        let looks = 0;
        const rows = [[1, gap - 1], [gap - 1, 1]]; // prettier-ignore
        const G = new Proxy(rows, {
          get: (target, name) => ((looks += Number(name === 'map')), Reflect.get(target, name)),
        });
        const x = balance(G, s);
        // Both are alike: gap·x = x^−s, as exactly as 1 + gap is a number.
        for (const v of x) expect(v * gap ** (1 / (1 + s))).toBeCloseTo(1, 4);
        expect(looks).toBeLessThan(500);
      }
  });
});

test('the nonnegative least squares are at their only point, or at one of many, also where rows depend on each other', () => {
  // On one side of a plane no direction goes on without end, whatever b is.
  const onOneSide = fc.integer({ min: 1, max: 4 }).chain((n) =>
    fc.array(
      fc
        .tuple(
          fc.integer({ min: 1, max: 2 }),
          fc.array(fc.integer({ min: -1, max: 1 }), { minLength: n - 1, maxLength: n - 1 }),
          fc.integer({ min: -2, max: 4 }),
        )
        .map(([first, others, b]) => ({ row: [first, ...others], b })),
      { minLength: 1, maxLength: 8 },
    ),
  );
  fc.assert(
    fc.property(onOneSide, (rows) => {
      const Q = gramian(rows.map(({ row }) => row));
      const b = rows.map((r) => r.b);
      const v = nonnegativeLeastSquares(Q, b, 2 ** -44);
      const slopes = times(Q, v).map((x, i) => b[i]! - x);
      expect(Math.min(...v)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...slopes)).toBeLessThanOrEqual(1e-9);
      expect(Math.abs(dot(slopes, v))).toBeLessThanOrEqual(1e-9);
    }),
    { numRuns: 500 },
  );
});
