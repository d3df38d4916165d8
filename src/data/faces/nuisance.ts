import type { Colour } from '../world/canvas.ts';
import type { Draws } from '../world/draws.ts';

/**
 * The nuisance variables of a face, which no attribute describes: position, light, background and
 * occlusion. `scale`, `stretch`, `halfTurn`, `x` and `y` are those of `Pose`.
 */
export interface Nuisance {
  readonly scale: number;
  readonly stretch: number;
  readonly halfTurn: number;
  readonly x: number;
  readonly y: number;
  /** The sideways shift of the features as the head turns, from −1 to 1. */
  readonly yaw: number;
  /**
   * The light: colour channel c at (x, y) is multiplied by gain · (1 + lightX x + lightY y) ·
   * tint[c].
   */
  readonly gain: number;
  readonly lightX: number;
  readonly lightY: number;
  readonly tint: Colour;
  /** The colour of the skin, from 0 (light) to 1 (dark). */
  readonly skin: number;
  readonly shirt: Colour;
  readonly wall: Colour;
  /** Objects in the background, and one in front of the face or undefined. */
  readonly things: readonly Thing[];
  readonly occluder: Thing | undefined;
  /** The standard deviation of the noise in each value. */
  readonly noise: number;
}

/** A rectangle, or an ellipse if `round`, with centre (x, y) and half-axes rx and ry. */
export interface Thing {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  readonly round: boolean;
  readonly colour: Colour;
}

/**
 * The strength of each nuisance variable: half the width of its uniform distribution. For
 * `occlusion` it is the probability that an object is in front of the face.
 */
const strengths = {
  scale: 0.12,
  stretch: 0.05,
  halfTurn: 0.1,
  shift: 0.12,
  gain: 0.3,
  light: 0.4,
  tint: 0.15,
  occlusion: 0.3,
};

/** Draws the nuisance variables of one face. */
export function drawNuisance(draws: Draws): Nuisance {
  const around = (centre: number, width: number): number => draws.between(centre - width, centre + width);
  const colour = (low = 0, high = 1): Colour => [
    draws.between(low, high),
    draws.between(low, high),
    draws.between(low, high),
  ];
  const thing = (low: number, high: number): Thing => ({
    x: draws.between(-1, 1),
    y: draws.between(-1, 1),
    rx: draws.between(low, high),
    ry: draws.between(low, high),
    round: draws.chance(0.5),
    colour: colour(),
  });
  return {
    scale: around(0.98, strengths.scale),
    stretch: around(1, strengths.stretch),
    halfTurn: around(0, strengths.halfTurn),
    x: around(0, strengths.shift),
    y: around(0, strengths.shift),
    yaw: around(0, 1),
    gain: around(1, strengths.gain),
    lightX: around(0, strengths.light),
    lightY: around(0, strengths.light),
    tint: [around(1, strengths.tint), around(1, strengths.tint), around(1, strengths.tint)],
    skin: draws.between(0, 1),
    shirt: colour(),
    wall: colour(),
    things: [thing(0.2, 0.7), thing(0.2, 0.7), thing(0.1, 0.4)],
    occluder: draws.chance(strengths.occlusion) ? thing(0.12, 0.35) : undefined,
    noise: draws.between(0.02, 0.08),
  };
}
