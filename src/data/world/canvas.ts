import type { Area } from './shapes.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * An affine map from the plane in which an object is described to the image: (x, y) ↦ (a x + b y +
 * e, c x + d y + f). The image is [−1, 1]², with y downward.
 */
export interface View {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/**
 * The pose of an object: the options of `view`. Values that are not given are those of the
 * identity.
 */
export interface Pose {
  readonly scale?: number;
  readonly stretch?: number;
  readonly halfTurn?: number;
  readonly shear?: number;
  readonly x?: number;
  readonly y?: number;
}

/**
 * Returns the view that scales by scale · stretch across and by scale / stretch down, shears by x ↦
 * x + shear · y, rotates clockwise by the angle whose half has the tangent `halfTurn`, then
 * translates by (x, y).
 */
export function view({ scale = 1, stretch = 1, halfTurn = 0, shear = 0, x = 0, y = 0 }: Pose): View {
  const q = 1 + halfTurn * halfTurn;
  const [cos, sin] = [(1 - halfTurn * halfTurn) / q, (2 * halfTurn) / q];
  const [sx, sy] = [scale * stretch, scale / stretch];
  return {
    a: cos * sx,
    b: (cos * shear - sin) * sy,
    c: sin * sx,
    d: (sin * shear + cos) * sy,
    e: x,
    f: y,
  };
}

/** The byte nearest to 255 x, with x clamped to [0, 1]. */
export const byteOf = (x: number): number => (x <= 0 ? 0 : x >= 1 ? 255 : Math.floor(x * 255 + 0.5));

/**
 * A square image of pixels × pixels, with one plane for each colour. It is 0, black, at first; 1 is
 * the full colour. `write` clamps other values.
 */
export class Canvas {
  readonly pixels: number;
  readonly planes: readonly Float32Array[];

  constructor(pixels: number, colours = 3) {
    this.pixels = pixels;
    this.planes = Array.from({ length: colours }, () => new Float32Array(pixels * pixels));
  }

  /**
   * Paints an area, which `through` maps to the image, in a colour, with soft borders one pixel
   * wide. `opacity` is the fraction of the colour where the area covers the image.
   */
  paint(area: Area, colour: readonly number[], through: View, opacity = 1): void {
    const { a, b, c, d, e, f } = through;
    const n = this.pixels;
    const [left, top, right, bottom] = area.box;
    const half = n / 2;
    // The box maps to a parallelogram. The bounding box of that, one pixel wider, contains every
    // painted pixel.
    const [mx, my, wx, wy] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2];
    const [px, py] = [(a * mx + b * my + e + 1) * half, (c * mx + d * my + f + 1) * half];
    const [rx, ry] = [
      (Math.abs(a) * wx + Math.abs(b) * wy) * half + 1,
      (Math.abs(c) * wx + Math.abs(d) * wy) * half + 1,
    ];
    const [x0, x1] = [Math.max(0, Math.floor(px - rx)), Math.min(n - 1, Math.floor(px + rx))];
    const [y0, y1] = [Math.max(0, Math.floor(py - ry)), Math.min(n - 1, Math.floor(py + ry))];
    // A pixel to the right is a step of (ux, uy) in the area's plane, which changes the distance by
    // at most the length of the step.
    const det = a * d - b * c;
    const [ux, uy] = [d / (det * half), -c / (det * half)];
    const sharp = Math.sqrt(Math.abs(det)) * half;
    const step = sharp * Math.sqrt(ux * ux + uy * uy);
    for (let j = y0; j <= y1; j++) {
      const u = (x0 + 0.5) / half - 1 - e;
      const v = (j + 0.5) / half - 1 - f;
      const x = (d * u - b * v) / det;
      const y = (a * v - c * u) / det;
      for (let i = x0; i <= x1;) {
        const distance = sharp * area.distance(x + (i - x0) * ux, y + (i - x0) * uy);
        // This many pixels lie all outside or all inside, so only those at the border are computed
        // one by one.
        const same = Math.max(1, Math.min(x1 + 1 - i, Math.floor((Math.abs(distance) - 0.5) / step) + 1));
        if (distance < 0.5) this.#lay(j * n + i, same, colour, opacity * Math.min(1, 0.5 - distance));
        i += same;
      }
    }
  }

  /**
   * Replaces each of `count` pixels from index `from` on by (1 − cover) · pixel + cover · colour.
   */
  #lay(from: number, count: number, colour: readonly number[], cover: number): void {
    for (let k = 0; k < this.planes.length; k++) {
      const plane = this.planes[k]!;
      const light = colour[k]!;
      for (let at = from; at < from + count; at++) plane[at] = plane[at]! + cover * (light - plane[at]!);
    }
  }

  /**
   * Smooths the image: each pixel becomes the mean of itself and its neighbours with weights 1 2 1
   * in both directions. At the borders the edge is repeated.
   */
  blur(): void {
    const n = this.pixels;
    for (const plane of this.planes)
      for (const [across, along] of [
        [1, n],
        [n, 1],
      ] as const) {
        const old = plane.slice();
        for (let line = 0; line < n; line++)
          for (let i = 0; i < n; i++) {
            const at = line * along + i * across;
            const [before, after] = [i === 0 ? at : at - across, i === n - 1 ? at : at + across];
            plane[at] = (old[before]! + 2 * old[at]! + old[after]!) / 4;
          }
      }
  }

  /** Writes the image as bytes, plane after plane, from `offset` on. */
  write(bytes: Uint8Array, offset: number): void {
    const size = this.pixels * this.pixels;
    for (let k = 0; k < this.planes.length; k++) {
      const plane = this.planes[k]!;
      for (let i = 0; i < size; i++) bytes[offset + k * size + i] = byteOf(plane[i]!);
    }
  }
}
