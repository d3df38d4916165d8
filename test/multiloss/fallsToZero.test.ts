import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fallsToZero } from '../../src/multiloss/fallsToZero.ts';

/** Falling functions on [0, 1] with f(x) = 0, steep at one end, at the other, or straight. */
const falling = (powers: readonly number[]) =>
  fc
    .record({ x: fc.integer({ min: 1, max: 99 }), power: fc.constantFrom(...powers), mirrored: fc.boolean() })
    .map(({ x, power, mirrored }) => {
      const root = x / 100;
      const f = mirrored
        ? (t: number) => (1 - t) ** power - (1 - root) ** power
        : (t: number) => root ** power - t ** power;
      return { root, f };
    });

test('finds the crossing to the last digits', () => {
  fc.assert(
    fc.property(falling([1, 2, 5, 9]), fc.constantFrom(1e-8, 1, 1e8), ({ root, f }, size) => {
      const found = fallsToZero((t) => f(t / size), size);
      // The value's own rounding is what limits it where the slope is small.
      const slope = Math.abs(f(root * (1 + 1e-6)) - f(root * (1 - 1e-6))) / (2e-6 * root);
      expect(Math.abs(found / size - root)).toBeLessThanOrEqual(1e-14 + 1e-15 / slope);
    }),
  );
});

test('in fewer evaluations than halving takes, unless it bends sharply', () => {
  fc.assert(
    fc.property(falling([1, 2, 3]), ({ f }) => {
      let evaluations = 0;
      fallsToZero((t) => (evaluations++, f(t)), 1);
      // Halving takes 52.
      expect(evaluations).toBeLessThanOrEqual(35);
    }),
  );
});

test('at either end', () => {
  expect(fallsToZero((t) => -t, 1)).toBeCloseTo(0, 14);
  expect(fallsToZero((t) => 1 - t, 1)).toBeCloseTo(1, 14);
  expect(fallsToZero(() => 0, 2)).toBeGreaterThanOrEqual(0);
});
