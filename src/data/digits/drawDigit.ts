import { Canvas, view } from '../world/canvas.ts';
import type { Draws } from '../world/draws.ts';
import { glyph } from './glyphs.ts';

/**
 * Returns an image of a digit, 0 to 9, as `pixels` rows of `pixels` values, near 1 on the digit and
 * near 0 elsewhere. The draws rotate, shear, stretch and move the digit, and choose the width of
 * the pen and a little noise.
 */
export function drawDigit(digit: number, draws: Draws, pixels: number): Float32Array {
  const canvas = new Canvas(pixels, 1);
  const through = view({
    scale: draws.between(0.75, 1.05),
    stretch: draws.between(0.85, 1.2),
    halfTurn: draws.between(-0.13, 0.13),
    shear: draws.between(-0.35, 0.35),
    x: draws.between(-0.12, 0.12),
    y: draws.between(-0.12, 0.12),
  });
  canvas.paint(glyph(digit, draws.between(0.12, 0.32)), [draws.between(0.8, 1)], through);
  const [plane] = canvas.planes as [Float32Array];
  const noise = draws.between(0, 0.1);
  for (let i = 0; i < plane.length; i++) plane[i]! += noise * draws.between(-1, 1);
  return plane;
}
