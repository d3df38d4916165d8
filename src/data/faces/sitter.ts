import type { Canvas, Colour } from '../world/canvas.ts';
import type { Area } from '../world/shapes.ts';
import type { FaceAttribute } from './attributes.ts';
import type { Nuisance } from './nuisance.ts';

/**
 * The data and functions by which the parts of one face are painted. `has` is true for the
 * attributes of the face; `paint` paints an area in the pose of the face.
 */
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

/** Returns the colour (1 − t) a + t b. */
export const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + t * (b[0] - a[0]),
  a[1] + t * (b[1] - a[1]),
  a[2] + t * (b[2] - a[2]),
];
