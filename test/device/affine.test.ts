import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bounds,
  counter,
  floorDiv,
  keyOf,
  literal,
  mod,
  ravel,
  scale,
  sum,
  unravel,
  type Affine,
} from '../../src/kernel/affine.ts';

/** The number that an expression is for counters with the values given. */
function evaluate(e: Affine, values: Readonly<Record<string, number>>): number {
  return e.terms.reduce((total, { atom, by }) => {
    if (atom.kind === 'counter') return total + by * values[atom.key]!;
    const inner = evaluate(atom.of, values);
    return total + by * (atom.kind === 'div' ? Math.floor(inner / atom.k) : inner % atom.k);
  }, e.constant);
}

/** An expression of two counters beside the plain function it stands for; never negative. */
interface Pair {
  readonly e: Affine;
  readonly f: (x: number, k: number) => number;
}

const sizes = { x: 60, k: 7 };
const leaf: fc.Arbitrary<Pair> = fc.oneof(
  fc.constant<Pair>({ e: counter('x', sizes.x), f: (x) => x }),
  fc.constant<Pair>({ e: counter('k', sizes.k), f: (_, k) => k }),
  fc.nat(20).map((n): Pair => ({ e: literal(n), f: () => n })),
);
const pairs = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc
      .tuple(tie('pair'), tie('pair'))
      .map(([a, b]): Pair => ({ e: sum(a.e, b.e), f: (x, k) => a.f(x, k) + b.f(x, k) })),
    fc
      .tuple(tie('pair'), fc.integer({ min: 1, max: 12 }))
      .map(([a, n]): Pair => ({ e: scale(a.e, n), f: (x, k) => a.f(x, k) * n })),
    fc
      .tuple(tie('pair'), fc.integer({ min: 1, max: 12 }))
      .map(([a, n]): Pair => ({ e: floorDiv(a.e, n), f: (x, k) => Math.floor(a.f(x, k) / n) })),
    fc
      .tuple(tie('pair'), fc.integer({ min: 1, max: 12 }))
      .map(([a, n]): Pair => ({ e: mod(a.e, n), f: (x, k) => a.f(x, k) % n })),
    // A flip: the largest value minus the expression.
    tie('pair').map((a): Pair => {
      const [, high] = bounds(a.e);
      return { e: sum(literal(high), scale(a.e, -1)), f: (x, k) => high - a.f(x, k) };
    }),
  ),
})).pair;

describe('affine expressions', () => {
  test('equal the arithmetic they stand for, within their bounds', () => {
    fc.assert(
      fc.property(pairs, ({ e, f }) => {
        const [low, high] = bounds(e);
        for (let x = 0; x < sizes.x; x += 3)
          for (let k = 0; k < sizes.k; k++) {
            const value = evaluate(e, { x, k });
            expect(value).toBe(f(x, k));
            expect(value).toBeGreaterThanOrEqual(low);
            expect(value).toBeLessThanOrEqual(high);
          }
      }),
      { numRuns: 500 },
    );
  });

  test('an index taken apart in any shape and put together again is itself', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shapes, shapes, (shape, other) => {
        const n = shape.reduce((a, b) => a * b, 1);
        const x = counter('x', n);
        expect(keyOf(ravel(unravel(x, shape), shape))).toBe(keyOf(x));
        const m = other.reduce((a, b) => a * b, 1);
        if (n % m !== 0) return;
        const split = [...other, n / m];
        expect(keyOf(ravel(unravel(ravel(unravel(x, shape), shape), split), split))).toBe(keyOf(x));
      }),
    );
  });

  test('the place of a neighbour, counted from either end, is where it is', () => {
    const factors = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(factors, factors, fc.integer({ min: 1, max: 48 }), fc.boolean(), (rows, columns, k, flipped) => {
        const n = 4 * rows * columns;
        const flat = sum(scale(counter('x', n / 4), 4), counter('lane', 4));
        const e = flipped ? sum(literal(n - 1), scale(flat, -1)) : flat;
        const [whole, rest] = [floorDiv(e, k), mod(e, k)];
        for (let i = 0; i < n; i++) {
          const at = { x: Math.floor(i / 4), lane: i % 4 };
          const value = flipped ? n - 1 - i : i;
          expect([evaluate(whole, at), evaluate(rest, at)]).toEqual([Math.floor(value / k), value % k]);
          for (const part of [whole, rest]) expect(bounds(part)[0]).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('a place among neighbours needs no division that four divides already', () => {
    const flat = sum(scale(counter('x', 64), 4), counter('lane', 4));
    expect(unravel(flat, [16, 16]).map(keyOf)).toEqual(['1*div(1*x+0,4)+0', '1*lane+4*mod(1*x+0,4)+0']);
  });
});
