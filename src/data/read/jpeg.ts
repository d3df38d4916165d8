import { Bytes, hex } from './bytes.ts';

/** A picture with its colours interleaved: red, green, blue of one pixel, then of the next. */
export interface Picture {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

const limits = { maxResolutionInMP: 50, maxMemoryUsageInMB: 512 };

/** A JPEG file's picture. */
export async function decodeJpeg(data: Uint8Array, name: string): Promise<Picture> {
  const file = new Bytes('jpeg', name, data);
  const start = file.uint(0, 2, 'the start of a picture', false);
  if (start !== 0xffd8) throw file.wrong(0, 'start of a picture 0xffd8', hex(start, 4));
  const end = file.uint(file.length - 2, 2, 'the end of a picture', false);
  if (end !== 0xffd9) throw file.wrong(file.length - 2, 'end of a picture 0xffd9', hex(end, 4));
  const { default: jpeg } = await import('jpeg-js');
  try {
    const {
      data: pixels,
      height,
      width,
    } = jpeg.decode(data, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      ...limits,
    });
    return { data: pixels, height, width };
  } catch (error) {
    // What the decoder says itself is of use; what it stumbles over is not.
    const { constructor, message } = error as Error;
    throw file.wrong(2, 'a whole picture', constructor === Error ? message : 'damaged data');
  }
}

/** The picture's middle square in planes of pixels × pixels, each the mean of the part of the picture that it covers. */
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

/** The cells of a row that lie between two places, each with how much of it does. */
const covered = (from: number, to: number, cells: number): [cell: number, share: number][] =>
  Array.from({ length: Math.min(cells, Math.ceil(to)) - Math.floor(from) }, (_, i) => {
    const cell = Math.floor(from) + i;
    return [cell, Math.min(to, cell + 1) - Math.max(from, cell)];
  });
