import type { Bytes } from '../bytes.ts';

/** One component of an image: luma, a chroma component or a colour. */
export interface Component {
  readonly id: number;
  /**
   * The sampling factors: the number of 8 × 8 blocks of the component in a minimum coded unit,
   * across and down.
   */
  readonly h: number;
  readonly v: number;
  /** The number of the quantisation table. */
  readonly divisors: number;
  /** The number of blocks across and down, and `stride`, the number across in whole units. */
  readonly across: number;
  readonly down: number;
  readonly stride: number;
  /** 64 coefficients for each block, blocks in rows. */
  readonly coefficients: Int16Array;
}

/** What the header of an image says, and its components. */
export interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  /** The number of minimum coded units across and down. */
  readonly across: number;
  readonly down: number;
  /** The largest sampling factors of the components, across and down. */
  readonly h: number;
  readonly v: number;
  readonly components: readonly Component[];
}

const mostPixels = 50_000_000;

/**
 * Reads the frame header of an image, `length` bytes from `start` on (ITU-T T.81, B.2.2), and
 * allocates its coefficients, all 0. Throws if the header is damaged or unsupported, or if the
 * remaining bytes cannot hold that many blocks.
 */
export function readFrame(file: Bytes, start: number, length: number, progressive: boolean): Frame {
  const u8 = (at: number): number => file.uint(start + at, 1, "a picture's header");
  const count = u8(5);
  if (length !== 6 + 3 * count) throw file.wrong(start, `a header of ${6 + 3 * count} bytes`, length);
  if (u8(0) !== 8) throw file.wrong(start, '8 bits for each colour', u8(0));
  const [height, width] = [1, 3].map((at) => file.uint(start + at, 2, 'a size', false)) as [number, number];
  if (width === 0 || height === 0) throw file.wrong(start + 1, 'a picture of at least 1 × 1', `${width} × ${height}`);
  if (width * height > mostPixels)
    throw file.wrong(start + 1, `a picture of at most ${mostPixels} pixels`, `${width} × ${height}`);
  if (count !== 1 && count !== 3 && count !== 4) throw file.wrong(start + 5, '1, 3 or 4 components', count);
  const listed = Array.from({ length: count }, (_, i) => {
    const at = 6 + 3 * i;
    // A single component has one block in each unit, whatever the header says.
    const [h, v] = count === 1 ? [1, 1] : [u8(at + 1) >> 4, u8(at + 1) & 15];
    if (h < 1 || h > 4 || v < 1 || v > 4) throw file.wrong(start + at + 1, '1 to 4 blocks in a unit', `${h} × ${v}`);
    if (u8(at + 2) > 3) throw file.wrong(start + at + 2, 'one of the tables 0 to 3', u8(at + 2));
    return { id: u8(at), h, v, divisors: u8(at + 2) };
  });
  if (new Set(listed.map(({ id }) => id)).size < count)
    throw file.wrong(start + 6, 'components that differ', 'one twice');
  const [h, v] = [Math.max(...listed.map((c) => c.h)), Math.max(...listed.map((c) => c.v))];
  const [across, down] = [Math.ceil(width / (8 * h)), Math.ceil(height / (8 * v))];
  const blocks = across * down * listed.reduce((sum, c) => sum + c.h * c.v, 0);
  const left = file.length - start - length;
  // Each block takes at least one bit.
  if (blocks > 8 * left)
    throw file.wrong(start + 1, `at least ${Math.ceil(blocks / 8)} bytes for ${width} × ${height} pixels`, left);
  const components = listed.map((c) => ({
    ...c,
    across: Math.ceil((width * c.h) / h / 8),
    down: Math.ceil((height * c.v) / v / 8),
    stride: across * c.h,
    coefficients: new Int16Array(64 * across * c.h * down * c.v),
  }));
  return { progressive, width, height, across, down, h, v, components };
}
