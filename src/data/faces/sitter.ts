import type { Canvas, Colour } from '../world/canvas.ts';
import type { Area } from '../world/shapes.ts';
import type { FaceAttribute } from './attributes.ts';
import type { Nuisance } from './nuisance.ts';

/** The data and functions by which the parts of one face are painted. */
export interface Sitter {
  readonly canvas: Canvas;
  readonly nuisance: Nuisance;
  readonly has: (name: FaceAttribute) => boolean;
  readonly paint: (area: Area, colour: Colour, opacity?: number) => void;
  readonly skin: Colour;
  readonly hair: Colour;
  /** Half the width of the head, and the distance of the chin below the centre. */
  readonly width: number;
  readonly chin: number;
}

/** Interpolates linearly between the colours a (t = 0) and b (t = 1). */
export const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + t * (b[0] - a[0]),
  a[1] + t * (b[1] - a[1]),
  a[2] + t * (b[2] - a[2]),
];
