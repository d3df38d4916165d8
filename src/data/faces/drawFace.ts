import { Canvas, view } from '../world/canvas.ts';
import type { Draws } from '../world/draws.ts';
import { curve, ellipse, polygon, rectangle, type Area } from '../world/shapes.ts';
import { faceAttributes, type FaceAttribute } from './attributes.ts';
import { hairColour, paintHairBehind, paintHairBefore, paintHat } from './hair.ts';
import { paintFeatures } from './features.ts';
import { drawNuisance, type Thing } from './nuisance.ts';
import { mix, type Sitter } from './sitter.ts';

const numberOf = new Map<string, number>(faceAttributes.map((name, i) => [name, i]));

const areaOf = ({ x, y, rx, ry, round }: Thing): Area =>
  round ? ellipse(x, y, rx, ry) : rectangle(x - rx, y - ry, x + rx, y + ry);

const straight = view({});

/**
 * Returns a canvas of pixels × pixels with one face. `labels` has 0 or 1 for each of
 * `faceAttributes`; any combination can be drawn. The draws determine everything that no attribute
 * describes.
 */
export function drawFace(labels: ArrayLike<number>, draws: Draws, pixels: number): Canvas {
  const nuisance = drawNuisance(draws);
  const canvas = new Canvas(pixels);
  const through = view(nuisance);
  const has = (name: FaceAttribute): boolean => labels[numberOf.get(name)!] === 1;
  const base = mix([0.96, 0.8, 0.68], [0.42, 0.27, 0.18], nuisance.skin);
  const sitter: Sitter = {
    canvas,
    nuisance,
    has,
    paint: (area, colour, opacity) => canvas.paint(area, colour, through, opacity),
    skin: has('Pale_Skin') ? mix(base, [1, 0.97, 0.95], 0.6) : base,
    hair: hairColour(has, nuisance),
    width: 0.5 + (has('Chubby') ? 0.09 : 0) - (has('Oval_Face') ? 0.07 : 0),
    chin: 0.62 + (has('Oval_Face') ? 0.06 : 0),
  };

  for (const plane of canvas.planes.keys()) canvas.planes[plane]!.fill(nuisance.wall[plane]!);
  for (const thing of nuisance.things) canvas.paint(areaOf(thing), thing.colour, straight);
  paintHairBehind(sitter);
  paintBody(sitter);
  paintHead(sitter);
  paintFeatures(sitter);
  paintHairBefore(sitter);
  paintHat(sitter);
  if (nuisance.occluder) canvas.paint(areaOf(nuisance.occluder), nuisance.occluder.colour, straight);
  light(sitter);
  if (has('Blurry')) for (let i = 0; i < pixels / 16; i++) canvas.blur();
  addNoise(canvas, draws.fold(1), nuisance.noise);
  return canvas;
}

function paintBody({ has, paint, skin, nuisance: { shirt } }: Sitter): void {
  const neck = has('Male') ? 0.3 : 0.19;
  paint(ellipse(0, 1.1, has('Male') ? 0.95 : 0.78, 0.36), shirt);
  paint(rectangle(-neck, 0.35, neck, 0.86), mix(skin, [0, 0, 0], 0.15));
  if (has('Wearing_Necklace')) paint(curve(-neck - 0.05, 0.76, 0, 1, neck + 0.05, 0.76, 0.07), [0.95, 0.85, 0.3]);
  if (has('Wearing_Necktie')) {
    paint(polygon([-0.2, 0.82], [0.2, 0.82], [0.06, 0.95], [-0.06, 0.95]), [0.95, 0.95, 0.95]);
    paint(polygon([-0.08, 0.84], [0.08, 0.84], [0.14, 1.3], [-0.14, 1.3]), [0.6, 0.08, 0.12]);
  }
}

function paintHead({ has, paint, skin, width, chin }: Sitter): void {
  const shade = mix(skin, [0, 0, 0], 0.2);
  for (const side of [-1, 1]) paint(ellipse(side * (width + 0.02), 0, 0.08, 0.13), shade);
  paint(ellipse(0, -0.06, width, 0.62), skin);
  // The jaw is square or round, and may have a double chin below it.
  if (has('Double_Chin')) {
    paint(ellipse(0, chin - 0.06, 0.36, 0.2), skin);
    paint(curve(-0.26, chin - 0.05, 0, chin + 0.1, 0.26, chin - 0.05, 0.05), shade);
  }
  if (has('Male')) paint(polygon([-width + 0.04, 0.1], [width - 0.04, 0.1], [0.26, chin], [-0.26, chin]), skin);
  else paint(ellipse(0, 0.2, width - 0.1, chin - 0.2), skin);
  if (has('Chubby')) for (const side of [-1, 1]) paint(ellipse(side * 0.36, 0.24, 0.2, 0.2), skin);
}

/**
 * Multiplies the image by coloured light that is stronger on one side; see `gain` of `Nuisance`.
 */
function light({ canvas, nuisance: { gain, lightX, lightY, tint } }: Sitter): void {
  const n = canvas.pixels;
  for (const [k, plane] of canvas.planes.entries()) {
    const strength = gain * tint[k]!;
    for (let j = 0; j < n; j++) {
      const row = 1 + lightY * ((2 * j + 1) / n - 1);
      for (let i = 0; i < n; i++) plane[j * n + i]! *= strength * (row + lightX * ((2 * i + 1) / n - 1));
    }
  }
}

/**
 * Adds independent, nearly normal noise of the given standard deviation to each value: the sum of
 * the four bytes of one draw, less its mean and scaled.
 */
function addNoise(canvas: Canvas, draws: Draws, deviation: number): void {
  // The variance of a uniform byte is (256² − 1)/12.
  const scale = deviation / Math.sqrt((4 * (256 * 256 - 1)) / 12);
  for (const plane of canvas.planes)
    for (let i = 0; i < plane.length; i++) {
      const b = draws.bits();
      plane[i]! += scale * ((b & 255) + ((b >>> 8) & 255) + ((b >>> 16) & 255) + (b >>> 24) - 510);
    }
}
