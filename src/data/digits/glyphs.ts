import { curve, line, union, type Area } from '../world/shapes.ts';

type Point = readonly [x: number, y: number];

/**
 * Returns the area of a stroke along quarters of the ellipse around (cx, cy) with radii rx and ry,
 * each a quadratic curve. It starts at the point `from` (0 is right, 1 bottom, 2 left, 3 top) and
 * runs clockwise through `quarters` quarters, or counterclockwise if `quarters` is negative.
 */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, quarters: number, width: number): Area {
  const corners: readonly Point[] = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ];
  const at = (i: number): Point => corners[((i % 4) + 4) % 4]!;
  const step = Math.sign(quarters);
  return union(
    ...Array.from({ length: Math.abs(quarters) }, (_, i) => {
      const [[x0, y0], [x1, y1]] = [at(from + i * step), at(from + (i + 1) * step)];
      // The control point is the corner of the quarter's bounding box.
      return curve(
        cx + rx * x0,
        cy + ry * y0,
        cx + rx * (x0 + x1),
        cy + ry * (y0 + y1),
        cx + rx * x1,
        cy + ry * y1,
        width,
      );
    }),
  );
}

/** Returns the area of a polyline through points, whose coordinates are listed as x, y, x, y, …. */
const path = (width: number, ...xy: readonly number[]): Area =>
  line(
    Array.from({ length: xy.length / 2 }, (_, i): Point => [xy[2 * i]!, xy[2 * i + 1]!]),
    width,
  );

/**
 * For each digit a function from the width w of the strokes to their area, in a box 0.8 wide and
 * 1.4 high around the origin.
 */
const glyphs: readonly ((w: number) => Area)[] = [
  (w) => arc(0, 0, 0.42, 0.7, 0, 4, w),
  (w) => path(w, -0.25, -0.42, 0.05, -0.7, 0.05, 0.7),
  (w) =>
    union(arc(0, -0.3, 0.4, 0.4, 2, 2, w), curve(0.4, -0.3, 0.38, 0.1, -0.4, 0.7, w), path(w, -0.4, 0.7, 0.42, 0.7)),
  (w) => union(arc(-0.05, -0.35, 0.38, 0.35, 2, 3, w), arc(-0.05, 0.35, 0.44, 0.35, 3, 3, w)),
  (w) => path(w, 0.2, 0.7, 0.2, -0.7, -0.42, 0.25, 0.44, 0.25),
  (w) =>
    union(
      path(w, 0.38, -0.7, -0.3, -0.7, -0.36, -0.1),
      arc(-0.04, 0.27, 0.44, 0.43, 3, 3, w),
      path(w, -0.36, -0.1, -0.04, -0.16),
    ),
  (w) => union(curve(0.25, -0.7, -0.4, -0.45, -0.4, 0.3, w), arc(0, 0.3, 0.4, 0.4, 0, 4, w)),
  (w) => path(w, -0.42, -0.7, 0.42, -0.7, -0.1, 0.7),
  (w) => union(arc(0, -0.36, 0.33, 0.34, 0, 4, w), arc(0, 0.34, 0.42, 0.36, 0, 4, w)),
  (w) => union(arc(0, -0.3, 0.4, 0.4, 0, 4, w), curve(0.4, -0.3, 0.4, 0.4, 0.15, 0.7, w)),
];

/** Returns the area of a digit, 0 to 9, drawn with a pen of this width. */
export const glyph = (digit: number, width: number): Area => glyphs[digit]!(width);
