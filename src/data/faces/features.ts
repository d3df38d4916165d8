import type { Colour } from '../world/canvas.ts';
import { both, curve, ellipse, polygon, rectangle, stroke, union, without } from '../world/shapes.ts';
import { mix, type Sitter } from './sitter.ts';

const black: Colour = [0, 0, 0];
const sides = [-1, 1] as const;

/**
 * Paints the marks of the skin, beard, mouth, nose, eyes, glasses and earrings. All but the
 * earrings move sideways as the head turns.
 */
export function paintFeatures(sitter: Sitter): void {
  const middle = 0.1 * sitter.nuisance.yaw;
  paintSkin(sitter, middle);
  paintBeard(sitter, middle);
  paintMouth(sitter, middle);
  paintNose(sitter, middle);
  for (const side of sides) paintEye(sitter, middle + 0.23 * side, side);
  if (sitter.has('Eyeglasses')) paintGlasses(sitter, middle);
  if (sitter.has('Wearing_Earrings'))
    for (const side of sides) sitter.paint(ellipse(side * (sitter.width + 0.03), 0.17, 0.07, 0.08), [1, 0.85, 0.25]);
}

function paintSkin({ has, paint, skin }: Sitter, middle: number): void {
  const crease = mix(skin, black, 0.35);
  for (const side of sides) {
    if (has('High_Cheekbones')) {
      paint(ellipse(middle + side * 0.32, 0.1, 0.12, 0.06), mix(skin, [1, 1, 1], 0.6));
      paint(
        curve(middle + side * 0.44, 0.14, middle + side * 0.36, 0.26, middle + side * 0.26, 0.3, 0.06),
        crease,
        0.7,
      );
    }
    if (has('Rosy_Cheeks')) paint(ellipse(middle + side * 0.3, 0.18, 0.13, 0.1), [0.95, 0.3, 0.35], 0.7);
    if (!has('Young')) {
      paint(curve(middle + side * 0.12, 0.16, middle + side * 0.24, 0.24, middle + side * 0.27, 0.36, 0.04), crease);
      paint(stroke(middle + side * 0.38, -0.06, middle + side * 0.46, -0.02, 0.035), crease);
    }
  }
  if (!has('Young'))
    for (const y of [-0.4, -0.32]) paint(curve(middle - 0.2, y, middle, y - 0.03, middle + 0.2, y, 0.035), crease);
}

function paintBeard({ has, paint, hair, skin, width, chin }: Sitter, middle: number): void {
  const dark = mix(hair, black, 0.25);
  if (has('5_o_Clock_Shadow'))
    paint(
      both(ellipse(middle * 0.5, 0.3, width - 0.08, chin - 0.28), rectangle(-1, 0.2, 1, 1)),
      mix(skin, [0.2, 0.22, 0.28], 0.6),
      0.6,
    );
  if (!has('No_Beard')) {
    const jaw = ellipse(0, 0.14, width - 0.02, chin - 0.12);
    paint(both(without(jaw, ellipse(0, 0.1, width - 0.11, chin - 0.17)), rectangle(-1, 0.16, 1, 1)), dark, 0.8);
  }
  if (has('Sideburns'))
    for (const side of sides)
      paint(rectangle(side * (width - 0.06) - 0.06, -0.18, side * (width - 0.06) + 0.06, 0.2), dark);
  if (has('Goatee')) paint(ellipse(middle * 0.7, chin - 0.08, 0.15, 0.13), dark);
  if (has('Mustache')) paint(curve(middle - 0.2, 0.3, middle, 0.2, middle + 0.2, 0.3, 0.09), dark);
}

function paintMouth({ has, paint, skin }: Sitter, middle: number): void {
  const y = 0.38;
  const [corner, depth] = has('Smiling') ? [y - 0.05, 0.16] : [y + 0.01, -0.03];
  const half = has('Smiling') ? 0.23 : 0.17;
  const lips: Colour = has('Wearing_Lipstick') ? [0.82, 0.06, 0.18] : mix(skin, [0.55, 0.2, 0.2], 0.5);
  const thick = has('Big_Lips') ? 0.13 : 0.07;
  paint(curve(middle - half, corner, middle, corner + depth, middle + half, corner, thick), lips);
  if (has('Mouth_Slightly_Open')) {
    const low = corner + depth / 2;
    paint(ellipse(middle, low + 0.02, half * 0.7, 0.075), [0.2, 0.03, 0.05]);
    paint(ellipse(middle, low - 0.01, half * 0.55, 0.03), [1, 1, 1]);
  } else
    paint(curve(middle - half, corner, middle, corner + depth, middle + half, corner, 0.02), mix(lips, black, 0.6));
}

function paintNose({ has, paint, skin, nuisance: { yaw } }: Sitter, middle: number): void {
  const shade = mix(skin, black, 0.3);
  const tip = middle + 0.05 * yaw;
  if (has('Big_Nose')) {
    paint(ellipse(tip, 0.14, 0.15, 0.09), mix(skin, black, 0.12));
    for (const side of sides) paint(ellipse(tip + side * 0.1, 0.17, 0.04, 0.03), mix(skin, black, 0.6));
  }
  paint(stroke(middle, -0.06, tip, 0.16, 0.05), shade);
  paint(stroke(tip - 0.06, 0.19, tip + 0.06, 0.19, 0.04), shade);
  if (has('Pointy_Nose')) {
    paint(polygon([tip - 0.1, 0.02], [tip + 0.1, 0.02], [tip, 0.27]), mix(skin, [1, 1, 1], 0.5));
    paint(stroke(tip, 0.26, tip + 0.1, 0.02, 0.05), mix(skin, black, 0.5));
  }
}

function paintEye({ has, paint, skin, hair }: Sitter, x: number, side: -1 | 1): void {
  const y = -0.1;
  const size = has('Big_Eyes') ? 1.4 : 1;
  const [rx, ry] = [0.105 * size, 0.075 * size * (has('Narrow_Eyes') ? 0.45 : 1)];
  if (has('Heavy_Makeup')) {
    paint(ellipse(x, y - 0.05, rx + 0.05, ry + 0.05), [0.45, 0.25, 0.6], 0.8);
    paint(curve(x - rx - 0.03, y, x, y - 2 * ry - 0.04, x + rx + 0.03, y, 0.05), [0.05, 0.02, 0.08]);
  }
  paint(ellipse(x, y, rx, ry), [0.97, 0.97, 0.97]);
  paint(ellipse(x, y, Math.min(0.055, ry), ry * 0.85), [0.12, 0.1, 0.12]);
  if (has('Bags_Under_Eyes'))
    paint(curve(x - 0.1, y + 0.11, x, y + 0.19, x + 0.1, y + 0.11, 0.05), mix(skin, [0.25, 0.15, 0.3], 0.6));
  const brow = mix(hair, black, 0.4);
  const [arch, width] = [has('Arched_Eyebrows') ? -0.16 : -0.01, has('Bushy_Eyebrows') ? 0.1 : 0.05];
  paint(curve(x - 0.13 * side, y - 0.15, x, y - 0.15 + arch, x + 0.14 * side, y - 0.13, width), brow);
}

function paintGlasses({ paint, width }: Sitter, middle: number): void {
  const frame: Colour = [0.05, 0.05, 0.08];
  for (const side of sides) {
    const x = middle + 0.23 * side;
    paint(ellipse(x, -0.1, 0.17, 0.14), [0.75, 0.85, 0.95], 0.25);
    paint(without(ellipse(x, -0.1, 0.19, 0.16), ellipse(x, -0.1, 0.145, 0.115)), frame);
    paint(stroke(x + side * 0.18, -0.12, side * (width + 0.02), -0.1, 0.035), frame);
  }
  paint(union(stroke(middle - 0.06, -0.1, middle + 0.06, -0.1, 0.04)), frame);
}
