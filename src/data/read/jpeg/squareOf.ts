import type { Picture } from './picture.ts';

/**
 * Returns the central square of an image, resampled to pixels × pixels: a plane of red bytes, then
 * one of green and one of blue. Each pixel is the mean of the area it covers.
 */
export function squareOf({ data, height, width }: Picture, pixels: number): Uint8Array {
  const side = Math.min(height, width);
  const [top, left] = [Math.floor((height - side) / 2), Math.floor((width - side) / 2)];
  const step = side / pixels;
  const weights = Array.from({ length: pixels }, (_, i) => covered(i * step, (i + 1) * step, side));
  const out = new Uint8Array(3 * pixels * pixels);
  for (let y = 0; y < pixels; y++)
    for (let x = 0; x < pixels; x++) {
      const sums = [0, 0, 0];
      for (const [v, wy] of weights[y]!)
        for (const [u, wx] of weights[x]!)
          for (let k = 0; k < 3; k++) sums[k]! += wx * wy * data[((top + v) * width + left + u) * 3 + k]!;
      for (let k = 0; k < 3; k++) out[(k * pixels + y) * pixels + x] = Math.floor(sums[k]! / (step * step) + 0.5);
    }
  return out;
}

/**
 * Returns the cells of a row that lie between two positions, each with the fraction of it that
 * does. Cell i extends from i to i + 1.
 */
const covered = (from: number, to: number, cells: number): [cell: number, share: number][] =>
  Array.from({ length: Math.min(cells, Math.ceil(to)) - Math.floor(from) }, (_, i) => {
    const cell = Math.floor(from) + i;
    return [cell, Math.min(to, cell + 1) - Math.max(from, cell)];
  });
