import { Canvas, view, type Colour } from '../world/canvas.ts';
import type { Draws } from '../world/draws.ts';
import { ellipse, rectangle, type Area } from '../world/shapes.ts';
import { filled } from './outlines.ts';

const straight = view({});

/**
 * Returns a canvas of pixels × pixels with an object in front of a cluttered wall. The object has
 * an outline, and a texture in a second colour if `texture` is given. The draws choose position,
 * rotation, colours and light.
 */
export function drawThing(outline: Area, texture: Area | undefined, draws: Draws, pixels: number): Canvas {
  const colour = (): Colour => [draws.between(0, 1), draws.between(0, 1), draws.between(0, 1)];
  const canvas = new Canvas(pixels);
  const wall = colour();
  for (const [k, plane] of canvas.planes.entries()) plane.fill(wall[k]!);
  for (let i = 0; i < 3; i++) canvas.paint(clutter(draws), colour(), straight);
  const through = view({
    scale: draws.between(0.85, 1.2),
    stretch: draws.between(0.88, 1.14),
    halfTurn: draws.between(-0.15, 0.15),
    shear: draws.between(-0.2, 0.2),
    x: draws.between(-0.15, 0.15),
    y: draws.between(-0.15, 0.15),
  });
  // The object's colour differs from the wall's, and its texture's from the object's.
  const first = apart(wall, draws);
  const second = apart(first, draws);
  canvas.paint(outline, first, through);
  if (texture) canvas.paint(filled(outline, texture), second, through);
  if (draws.chance(0.2)) canvas.paint(clutter(draws), colour(), straight);
  const [gain, noise] = [draws.between(0.6, 1.2), draws.between(0.02, 0.08)];
  for (const plane of canvas.planes)
    for (let i = 0; i < plane.length; i++) plane[i] = gain * plane[i]! + noise * draws.between(-1.7, 1.7);
  return canvas;
}

/** Draws a colour that differs from the given one by 0.33 to 0.5 in each of red, green and blue. */
function apart([red, green, blue]: Colour, draws: Draws): Colour {
  const other = (x: number): number => (x < 0.5 ? x + draws.between(0.33, 0.5) : x - draws.between(0.33, 0.5));
  return [other(red), other(green), other(blue)];
}

/** Draws a small ellipse or rectangle. */
function clutter(draws: Draws): Area {
  const [x, y] = [draws.between(-1, 1), draws.between(-1, 1)];
  const [rx, ry] = [draws.between(0.1, 0.35), draws.between(0.1, 0.35)];
  return draws.chance(0.5) ? ellipse(x, y, rx, ry) : rectangle(x - rx, y - ry, x + rx, y + ry);
}
