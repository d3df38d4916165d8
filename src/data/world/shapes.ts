/** A part of the plane by its signed distance, negative inside, near enough at its border; outside of `box` there is nothing of it. */
export interface Area {
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
  distance(x: number, y: number): number;
}

/** The ellipse around (cx, cy) with radii rx, ry. */
export function ellipse(cx: number, cy: number, rx: number, ry: number): Area {
  const small = Math.min(rx, ry);
  return {
    box: [cx - rx, cy - ry, cx + rx, cy + ry],
    distance(x, y) {
      const [u, v] = [(x - cx) / rx, (y - cy) / ry];
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
export function stroke(x0: number, y0: number, x1: number, y1: number, width: number): Area {
  const [dx, dy, r] = [x1 - x0, y1 - y0, width / 2];
  const length2 = Math.max(dx * dx + dy * dy, 1e-12);
  return {
    box: [Math.min(x0, x1) - r, Math.min(y0, y1) - r, Math.max(x0, x1) + r, Math.max(y0, y1) + r],
    distance(x, y) {
      const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2));
      const [u, v] = [x - x0 - t * dx, y - y0 - t * dy];
      return Math.sqrt(u * u + v * v) - r;
    },
  };
}

/** A line through points. */
export const line = (points: readonly (readonly [number, number])[], width: number): Area =>
  union(...points.slice(1).map(([x, y], i) => stroke(points[i]![0], points[i]![1], x, y, width)));

/** A stroke along the quadratic Bézier curve from one end to the other, which leaves and arrives in the direction of (cx, cy). */
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
      for (const side of sides) d = Math.max(d, (x - side.x) * side.nx + (y - side.y) * side.ny);
      return d;
    },
  };
}

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
      for (const area of areas) d = Math.min(d, area.distance(x, y));
      return d;
    },
  };
}

/** What is in a and in b; no larger than a's box. */
export const both = (a: Area, b: Area): Area => ({
  box: a.box,
  distance: (x, y) => Math.max(a.distance(x, y), b.distance(x, y)),
});

/** What is in a and not in b. */
export const without = (a: Area, b: Area): Area => ({
  box: a.box,
  distance: (x, y) => Math.max(a.distance(x, y), -b.distance(x, y)),
});
