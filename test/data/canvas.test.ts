import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Canvas, view } from '../../src/data/world/canvas.ts';
import {
  both,
  curve,
  ellipse,
  line,
  polygon,
  rectangle,
  union,
  without,
  type Area,
} from '../../src/data/world/shapes.ts';

const unit = fc.double({ min: -1.2, max: 1.2, noNaN: true });
const length = fc.double({ min: 0.05, max: 1, noNaN: true });

const simple: fc.Arbitrary<Area> = fc.oneof(
  fc.tuple(unit, unit, length, length).map(([x, y, rx, ry]) => ellipse(x, y, rx, ry)),
  fc.tuple(unit, unit, length, length).map(([x, y, rx, ry]) => rectangle(x - rx, y - ry, x + rx, y + ry)),
  fc.tuple(unit, unit, unit, unit, unit, unit, length).map(([a, b, c, d, e, f, w]) => curve(a, b, c, d, e, f, w / 4)),
  fc.tuple(unit, unit, length).map(([x, y, r]) => polygon([x - r, y], [x, y - r], [x + r, y], [x, y + r])),
);
const area = fc.oneof(
  simple,
  fc.tuple(simple, simple).map(([a, b]) => union(a, b)),
  fc.tuple(simple, simple).map(([a, b]) => both(a, b)),
  fc.tuple(simple, simple).map(([a, b]) => without(a, b)),
);
const pose = fc.record({
  scale: fc.double({ min: 0.5, max: 1.3, noNaN: true }),
  stretch: fc.double({ min: 0.8, max: 1.2, noNaN: true }),
  halfTurn: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  shear: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
  x: unit,
  y: unit,
});

test('painting lays colour · coverage over every pixel, coverage ½ − distance in pixels between 0 and 1', () => {
  fc.assert(
    fc.property(area, pose, (shape, held) => {
      const n = 24;
      const canvas = new Canvas(n, 1);
      const through = view(held);
      canvas.paint(shape, [1], through);
      const { a, b, c, d, e, f } = through;
      const det = a * d - b * c;
      const [left, top, right, bottom] = shape.box;
      for (let j = 0; j < n; j++)
        for (let i = 0; i < n; i++) {
          const [u, v] = [(2 * i + 1) / n - 1 - e, (2 * j + 1) / n - 1 - f];
          const [x, y] = [(d * u - b * v) / det, (a * v - c * u) / det];
          const sharp = (Math.sqrt(Math.abs(det)) * n) / 2;
          const outside = Math.max(left - x, x - right, top - y, y - bottom) > 0;
          const got = canvas.planes[0]![j * n + i]!;
          const expected = Math.min(1, Math.max(0, 0.5 - sharp * shape.distance(x, y)));
          // Outside of its box a soft border may end early.
          const error = Math.abs(got - expected);
          expect(outside ? Math.min(error, got) : error).toBeLessThan(1e-4);
        }
    }),
  );
});

test('no distance changes faster than the place does', () => {
  fc.assert(
    fc.property(area, unit, unit, unit, unit, (shape, x, y, u, v) => {
      const moved = Math.hypot(x - u, y - v);
      expect(Math.abs(shape.distance(x, y) - shape.distance(u, v))).toBeLessThanOrEqual(moved + 1e-9);
    }),
  );
});

test('the distance of a line is the least of those to its points', () => {
  const corner = line(
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    0.2,
  );
  expect(corner.distance(0.5, 0.3)).toBeCloseTo(0.2, 12);
  expect(corner.distance(1, -0.4)).toBeCloseTo(0.3, 12);
  expect(corner.distance(-3, -4)).toBeCloseTo(4.9, 12);
});

test('blurring keeps a flat picture and the sum of one that is dark at its borders', () => {
  const flat = new Canvas(5, 1);
  flat.planes[0]!.fill(0.5);
  flat.blur();
  expect([...flat.planes[0]!]).toEqual(Array.from({ length: 25 }, () => 0.5));
  const dot = new Canvas(5, 1);
  dot.planes[0]![12] = 1;
  dot.blur();
  expect([...dot.planes[0]!.subarray(5, 10)].map((x) => 16 * x)).toEqual([0, 1, 2, 1, 0]);
  expect([...dot.planes[0]!.subarray(10, 15)].map((x) => 16 * x)).toEqual([0, 2, 4, 2, 0]);
});
