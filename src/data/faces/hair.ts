import type { Colour } from '../world/canvas.ts';
import { both, ellipse, rectangle, stroke, union, without, type Area } from '../world/shapes.ts';
import type { FaceAttribute } from './attributes.ts';
import type { Nuisance } from './nuisance.ts';
import type { Sitter } from './sitter.ts';

const colours: readonly (readonly [FaceAttribute, Colour])[] = [
  ['Black_Hair', [0.07, 0.06, 0.08]],
  ['Blond_Hair', [0.9, 0.76, 0.42]],
  ['Brown_Hair', [0.4, 0.24, 0.13]],
  ['Gray_Hair', [0.66, 0.66, 0.68]],
];

/**
 * Returns the hair colour: the mean of the colours that the attributes name. If they name none, it
 * is a shade of red that depends on the nuisance variables.
 */
export function hairColour(has: Sitter['has'], { skin, yaw }: Nuisance): Colour {
  const named = colours.filter(([name]) => has(name)).map(([, colour]) => colour);
  if (named.length === 0) return [0.55 + 0.2 * skin, 0.22 + 0.1 * yaw, 0.2 + 0.1 * yaw];
  const mean = (k: 0 | 1 | 2): number => named.reduce((sum, colour) => sum + colour[k], 0) / named.length;
  return [mean(0), mean(1), mean(2)];
}

const darker = ([r, g, b]: Colour, by: number): Colour => [r * by, g * by, b * by];

/**
 * Paints the hair that is behind the head. It reaches to the shoulders, or to a man's ears. A bald
 * head keeps a ring of it.
 */
export function paintHairBehind({ has, paint, hair, width }: Sitter): void {
  const [top, bottom] = [has('Bald') ? -0.2 : -0.82, has('Male') ? 0.12 : 0.8];
  const wide = width + (has('Male') ? 0.07 : 0.16);
  const back = both(
    union(ellipse(0, -0.1, wide, 0.74), rectangle(-wide, -0.1, wide, bottom)),
    rectangle(-1, top, 1, bottom),
  );
  paint(back, darker(hair, 0.85));
  if (has('Wavy_Hair')) paint(union(...curls(wide, top, bottom)), hair);
  if (has('Straight_Hair')) paint(union(...strands(wide, top, bottom)), strandOn(hair), 0.9);
}

/** Returns a colour that is visible on hair: darker, or lighter on dark hair. */
const strandOn = ([r, g, b]: Colour): Colour =>
  r + g + b < 0.6 ? [r + 0.35, g + 0.35, b + 0.35] : darker([r, g, b], 0.5);

const sides = [-1, 1] as const;

/** Returns round locks down both sides of the head, at x = ±wide, from `top` to `bottom`. */
const curls = (wide: number, top: number, bottom: number): Area[] =>
  sides.flatMap((side) =>
    [0, 0.25, 0.5, 0.75, 1].map((t) => {
      const y = Math.max(top, -0.45) * (1 - t) + bottom * t;
      return ellipse(side * (wide + 0.02), y, 0.12, 0.1);
    }),
  );

/** Returns thin strands down both sides of the head, near x = ±wide, from `top` to `bottom`. */
const strands = (wide: number, top: number, bottom: number): Area[] =>
  sides.flatMap((side) =>
    [0.02, 0.1].map((inside) =>
      stroke(side * (wide - inside), Math.max(top, -0.3), side * (wide - inside), bottom, 0.05),
    ),
  );

/** Paints the hair on the forehead and the temples. */
export function paintHairBefore({ has, paint, hair, width }: Sitter): void {
  const line = has('Receding_Hairline') ? -0.56 : -0.4;
  const head = ellipse(0, -0.1, width + 0.05, 0.7);
  if (!has('Bald')) {
    const cap = both(ellipse(0, -0.1, width + 0.06, 0.72), rectangle(-1, -0.85, 1, line + 0.16));
    paint(without(cap, ellipse(0, 0.14, width - 0.05, 0.14 - line)), hair);
    if (has('Wavy_Hair')) paint(union(...[-0.3, 0, 0.3].map((x) => ellipse(x, -0.76, 0.17, 0.12))), hair);
    if (has('Straight_Hair'))
      paint(
        union(...[-0.24, -0.08, 0.08, 0.24].map((x) => stroke(x * 0.7, -0.78, x, line - 0.02, 0.05))),
        strandOn(hair),
        0.9,
      );
  } else if (has('Receding_Hairline')) paint(both(ellipse(0, -0.6, 0.3, 0.1), head), [1, 1, 1], 0.35);
  if (has('Bangs')) {
    paint(both(rectangle(-width + 0.06, -0.56, width - 0.06, -0.24), head), hair);
    paint(union(...[-0.2, 0, 0.2].map((x) => stroke(x, -0.5, x, -0.26, 0.03))), darker(hair, 0.7));
  }
}

export function paintHat({ has, paint, width, nuisance: { shirt } }: Sitter): void {
  if (!has('Wearing_Hat')) return;
  const felt: Colour = [1 - shirt[0], 0.5 * shirt[1], 1 - shirt[2]];
  paint(both(ellipse(0, -0.58, width + 0.08, 0.42), rectangle(-1, -1.1, 1, -0.52)), felt);
  paint(rectangle(-width - 0.26, -0.6, width + 0.26, -0.5), darker(felt, 0.7));
}
