/**
 * An area of the plane, given by its signed distance: negative inside, and accurate near the
 * border. It is empty outside of `box`.
 */
export interface Area {
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  distance(x: number, y: number): number;
}

/** The ellipse around (cx, cy) with radii rx and ry. */
export function ellipse(cx: number, cy: number, rx: number, ry: number): Area {
  const small = Math.min(rx, ry);
  return {
    box: [cx - rx, cy - ry, cx + rx, cy + ry],
    distance(x, y) {
      const u = (x - cx) / rx;
      const v = (y - cy) / ry;
      return (Math.sqrt(u * u + v * v) - 1) * small;
    },
  };
}

export function rectangle(left: number, top: number, right: number, bottom: number): Area {
  return {
    box: [left, top, right, bottom],
    distance: (x, y) => Math.max(left - x, x - right, top - y, y - bottom),
  };
}

/** A straight stroke with round ends. */
export const stroke = (x0: number, y0: number, x1: number, y1: number, width: number): Area =>
  line(
    [
      [x0, y0],
      [x1, y1],
    ],
    width,
  );

/** A polyline through points, with round ends and corners. */
export function line(points: readonly (readonly [number, number])[], width: number): Area {
  const r = width / 2;
  const n = points.length - 1;
  // For each segment its start, its extent and its inverse squared length, in one flat array,
  // because these loops take most of the time of drawing.
  const pieces: number[] = [];
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i <= n; i++) {
    const [x, y] = points[i]!;
    box[0] = Math.min(box[0], x - r);
    box[1] = Math.min(box[1], y - r);
    box[2] = Math.max(box[2], x + r);
    box[3] = Math.max(box[3], y + r);
    if (i === n) break;
    const [u, v] = points[i + 1]!;
    const length2 = (u - x) * (u - x) + (v - y) * (v - y);
    pieces.push(x, y, u - x, v - y, length2 > 0 ? 1 / length2 : 0);
  }
  return {
    box,
    distance(x, y) {
      let least = Infinity;
      for (let i = 0; i < pieces.length; i += 5) {
        const px = x - pieces[i]!;
        const py = y - pieces[i + 1]!;
        const dx = pieces[i + 2]!;
        const dy = pieces[i + 3]!;
        const along = (px * dx + py * dy) * pieces[i + 4]!;
        const t = along < 0 ? 0 : along > 1 ? 1 : along;
        const u = px - t * dx;
        const v = py - t * dy;
        const square = u * u + v * v;
        if (square < least) least = square;
      }
      return Math.sqrt(least) - r;
    },
  };
}

/**
 * A stroke along a quadratic Bézier curve, made of `pieces` straight ones; (cx, cy) is the control
 * point.
 */
export function curve(
  x0: number,
  y0: number,
  cx: number,
  cy: number,
  x1: number,
  y1: number,
  width: number,
  pieces = 4,
): Area {
  const points = Array.from({ length: pieces + 1 }, (_, i): [number, number] => {
    const t = i / pieces;
    const s = 1 - t;
    return [s * s * x0 + 2 * s * t * cx + t * t * x1, s * s * y0 + 2 * s * t * cy + t * t * y1];
  });
  return line(points, width);
}

/** A convex polygon, its corners clockwise as seen on a page. */
export function polygon(...corners: readonly (readonly [number, number])[]): Area {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const sides = corners.map(([x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length]!;
    const length = Math.sqrt((u - x) * (u - x) + (v - y) * (v - y));
    return { x, y, nx: (v - y) / length, ny: (x - u) / length };
  });
  return {
    box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    distance(x, y) {
      let d = -Infinity;
      for (let i = 0; i < sides.length; i++) {
        const side = sides[i]!;
        d = Math.max(d, (x - side.x) * side.nx + (y - side.y) * side.ny);
      }
      return d;
    },
  };
}

/** The union of areas. */
export function union(...areas: readonly Area[]): Area {
  const boxes = areas.map(({ box }) => box);
  return {
    box: [
      Math.min(...boxes.map(([left]) => left)),
      Math.min(...boxes.map(([, top]) => top)),
      Math.max(...boxes.map(([, , right]) => right)),
      Math.max(...boxes.map(([, , , bottom]) => bottom)),
    ],
    distance(x, y) {
      let d = Infinity;
      for (let i = 0; i < areas.length; i++) d = Math.min(d, areas[i]!.distance(x, y));
      return d;
    },
  };
}

/** The intersection of a and b; its box is a's. */
export const both = (a: Area, b: Area): Area => ({
  box: a.box,
  distance: (x, y) => Math.max(a.distance(x, y), b.distance(x, y)),
});

/** The difference: a without b. */
export const without = (a: Area, b: Area): Area => ({
  box: a.box,
  distance: (x, y) => Math.max(a.distance(x, y), -b.distance(x, y)),
});
