import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broadcastShapes, checkAxes, checkAxis, checkShape, show, showAny } from '../../src/graph/shape.ts';

describe('shapes', () => {
  test('broadcasting aligns shapes at their ends', () => {
    expect(broadcastShapes('f', [2, 3], [3])).toEqual([2, 3]);
    expect(broadcastShapes('f', [2, 1], [1, 3], [])).toEqual([2, 3]);
    expect(broadcastShapes('f', [0], [1])).toEqual([0]);
    expect(broadcastShapes('f', [1, 0], [4, 1])).toEqual([4, 0]);
    expect(() => broadcastShapes('f', [0], [2])).toThrow('f: shapes must broadcast together, got [0] and [2]');
  });

  test('broadcasting does not depend on order, and a shape changes nothing in itself', () => {
    const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 });
    const attempt = (...shapes: number[][]): string => {
      try {
        return show(broadcastShapes('f', ...shapes));
      } catch {
        return 'error';
      }
    };
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(attempt(a, b)).toBe(attempt(b, a));
        expect(attempt(a, a)).toBe(show(a));
        expect(attempt(a, [])).toBe(show(a));
      }),
    );
  });

  test('axes count from the front, negative ones from the back', () => {
    expect(checkAxis('f', -1, 3)).toBe(2);
    expect(checkAxes('f', [-1, 0], 3)).toEqual([0, 2]);
    expect(checkAxes('f', undefined, 2)).toEqual([0, 1]);
    expect(checkAxes('f', [], 2)).toEqual([]);
    expect(() => checkAxes('f', [1, -1], 2)).toThrow('f: axes must differ, got [1, -1]');
  });

  test('values are shown as people write them', () => {
    expect(showAny([1, ['a', null]])).toBe("[1, ['a', null]]");
    expect(() => checkShape('f', [2, NaN])).toThrow('f: a shape must be a list of non-negative integers, got [2, NaN]');
  });
});
