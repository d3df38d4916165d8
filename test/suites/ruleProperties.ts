import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mgda } from '../../src/index.ts';
import { expectClose } from './checkCase.ts';
import { inner, matricesOf, norm, type Rows } from './matrices.ts';
import { names, run, type Entry } from './ruleTable.ts';
import { suiteOn, type DeviceName, type Settings } from './settings.ts';

const longest = (J: Rows): number => Math.max(...J.map(norm));

/**
 * What rounding may leave of a number that ought to be 0, in units of a rule's result: that of
 * numbers, and that of their sums.
 */
const roundingOf = ({ device }: Settings): { result: number; sums: number } =>
  device === 'reference' ? { result: 1e-8, sums: 1e-13 } : { result: 1e-3, sums: 1e-5 };

/** No gradient has a negative inner product with the result: ⟨g_i/‖g_i‖, x⟩ ≥ 0. */
async function nonConflicting({ rule, degree }: Entry, J: Rows, settings: Settings): Promise<void> {
  const x = await run(rule, J);
  const { result, sums } = roundingOf(settings);
  const zero = result * norm(x) + sums * longest(J) ** degree;
  for (const row of J) expect(inner(row, x) / (norm(row) || 1)).toBeGreaterThanOrEqual(-zero);
}

/** The order of the losses does not count. */
async function permutationInvariant({ rule, degree }: Entry, J: Rows, settings: Settings): Promise<void> {
  const order = J.map((_, i) => i).sort((a, b) => ((a * 7 + 3) % 11) - ((b * 7 + 3) % 11));
  const [x, y] = [await run(rule, J), await run(rule, order.map((i) => J[i]!))]; // prettier-ignore
  const { result, sums } = roundingOf(settings);
  expect(norm(x.map((v, k) => v - y[k]!))).toBeLessThanOrEqual(
    10 * result * norm(x) + 100 * sums * longest(J) ** degree,
  );
}

/** A(diag(2s + t) J) = 2 A(diag(s) J) + A(diag(t) J). */
async function linearUnderScaling({ rule }: Entry, J: Rows, settings: Settings): Promise<void> {
  const scaled = (s: (i: number) => number): number[][] => J.map((row, i) => row.map((x) => x * s(i)));
  const [s, t] = [(i: number) => 1 + (i % 3), (i: number) => 3 / (1 + i)];
  const [a, b, both] = [scaled(s), scaled(t), scaled((i) => 2 * s(i) + t(i))];
  const [x, y, z] = [await run(rule, a), await run(rule, b), await run(rule, both)];
  const { result, sums } = roundingOf(settings);
  expect(norm(z.map((v, k) => v - 2 * x[k]! - y[k]!))).toBeLessThanOrEqual(
    10 * result * norm(z) + 100 * sums * longest(both),
  );
}

/** Where there is a loss that no positive weights could balance, the result is not zero. */
async function stronglyStationary({ rule, degree }: Entry, J: Rows): Promise<void> {
  expect(norm(await run(rule, J))).toBeGreaterThan(1e-3 * Math.min(...J.map(norm)) ** degree);
}

const claims = [
  ['conflicts with no loss', (e: Entry) => e.nonConflicting, nonConflicting, ['normal', 'not stationary']],
  ['does not see the order of the losses', (e: Entry) => e.symmetric, permutationInvariant, ['not stationary']],
  ['is linear in the scales of the losses', (e: Entry) => e.linear, linearUnderScaling, ['not stationary']],
  [
    'vanishes only where the losses balance each other out',
    (e: Entry) => e.stationary,
    stronglyStationary,
    ['not stationary', 'weakly stationary'],
  ],
] as const;

/**
 * The properties that TorchJD's tests name, of every rule that has them, on gradients of like and
 * of very different lengths.
 */
export function rulePropertySuite(name: DeviceName): void {
  suiteOn(name, 'properties of rules', (settings) => {
    const spreads = [0, settings.device === 'reference' ? 6 : 3];
    for (const [claim, has, check, kinds] of claims)
      describe(claim, () => {
        for (const [rule, entry] of names(has))
          test.each(kinds.flatMap((kind) => spreads.map((spread) => [kind, spread] as const)))(
            `${rule}, gradients %s, lengths of 10^±%i`,
            async (kind, spread) => {
              // Constant weights are two.
              const fits = (J: Rows): boolean => rule !== 'constant' || J.length === 2;
              await fc.assert(
                fc.asyncProperty(matricesOf(kind, spread).filter(fits), (J) => check(entry, J, settings)),
                { numRuns: Math.ceil(settings.runs / 2) },
              );
            },
          );
      });

    test('mgda is nearest to 0 in the hull: ⟨g_i, x⟩ ≥ ⟨x, x⟩ for every i, and its weights say no more', async () => {
      await fc.assert(
        fc.asyncProperty(matricesOf('normal', spreads[1]), async (J) => {
          const x = await run(mgda(), J);
          const { result, sums } = roundingOf(settings);
          for (const row of J)
            expect(inner(row, x)).toBeGreaterThanOrEqual(
              inner(x, x) * (1 - result) - sums * norm(row) * (norm(x) + longest(J)),
            );
          expectClose('in the hull', [Math.max(0, norm(x) - Math.min(...J.map(norm)))], [0], sums);
        }),
        { numRuns: settings.runs },
      );
    });
  });
}
