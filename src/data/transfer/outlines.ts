import { both, ellipse, polygon, rectangle, union, without, type Area } from '../world/shapes.ts';

/** The outlines that distinguish classes, each about as large as the circle of radius 0.6. */
export const outlines: Readonly<Record<string, Area>> = {
  disc: ellipse(0, 0, 0.58, 0.58),
  square: rectangle(-0.5, -0.5, 0.5, 0.5),
  triangle: polygon([0, -0.65], [0.65, 0.5], [-0.65, 0.5]),
  diamond: polygon([0, -0.7], [0.5, 0], [0, 0.7], [-0.5, 0]),
  hexagon: polygon([-0.32, -0.56], [0.32, -0.56], [0.64, 0], [0.32, 0.56], [-0.32, 0.56], [-0.64, 0]),
  cross: union(rectangle(-0.62, -0.2, 0.62, 0.2), rectangle(-0.2, -0.62, 0.2, 0.62)),
  ring: without(ellipse(0, 0, 0.62, 0.62), ellipse(0, 0, 0.28, 0.28)),
  crescent: without(ellipse(0, 0, 0.62, 0.62), ellipse(0.32, 0, 0.44, 0.5)),
  arrow: union(polygon([-0.65, 0], [0, -0.6], [0, 0.6]), rectangle(-0.05, -0.24, 0.65, 0.24)),
  heart: union(
    ellipse(-0.28, -0.22, 0.33, 0.33),
    ellipse(0.28, -0.22, 0.33, 0.33),
    polygon([-0.57, -0.08], [0.57, -0.08], [0, 0.65]),
  ),
};

/**
 * Returns the position of x in a grid of cells of this width, as a fraction of the width from the
 * centre of its cell: −½ to ½. The centre of one cell is 0.
 */
const cell = (x: number, width: number): number => x / width - Math.floor(x / width + 0.5);

/** Returns the area with this signed distance. Its box contains every outline. */
const pattern = (distance: Area['distance']): Area => ({ box: [-1, -1, 1, 1], distance });

/** Returns the signed distance of x to stripes that are half as wide as their period `width`. */
const stripe = (x: number, width: number): number => (Math.abs(cell(x, width)) - 0.25) * width;

/** The textures that fill an outline with a second colour, or undefined for none. */
export const textures: Readonly<Record<string, Area | undefined>> = {
  plain: undefined,
  bands: pattern((_, y) => stripe(y, 0.36)),
  bars: pattern((x) => stripe(x, 0.36)),
  dots: pattern((x, y) => {
    const [u, v] = [cell(x, 0.36), cell(y, 0.36)];
    return (Math.sqrt(u * u + v * v) - 0.3) * 0.36;
  }),
  checks: pattern((x, y) => {
    const [u, v] = [stripe(x, 0.6), stripe(y, 0.6)];
    return u > 0 === v > 0 ? -Math.min(Math.abs(u), Math.abs(v)) : Math.min(Math.abs(u), Math.abs(v));
  }),
  halves: pattern((_, y) => -y),
};

/** Returns the part of a texture that lies within an outline. */
export const filled = (outline: Area, texture: Area): Area => both(outline, texture);
