import jpeg from 'jpeg-js';
import { big16, bytes } from './parts.ts';

// The encoder gives its bytes as Node's Buffer; in a page a Uint8Array does for that.
(globalThis as { Buffer?: unknown }).Buffer ??= Uint8Array;

/** A segment of a JPEG file. */
export const segment = (marker: number, ...data: Parameters<typeof bytes>): Uint8Array => {
  const inside = bytes(...data);
  return bytes(0xff, marker, big16(inside.length + 2), inside);
};

/**
 * The segment of Adobe's programs, which tells the colours: 0 as they are, 1 and 2 light and
 * differences.
 */
export const adobe = (transform: number): Uint8Array => segment(0xee, 'Adobe', 0, 100, 0, 0, 0, 0, transform);

/** The EXIF segment of a camera that was held in a certain way. */
export const exif = (orientation: number, little = true): Uint8Array => {
  const order = (...b: number[]): number[] => (little ? b.reverse() : b);
  const directory = [
    order(0, 1),
    order(1, 0x12),
    order(0, 3),
    order(0, 0, 0, 1),
    order(0, orientation),
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  return segment(0xe1, 'Exif', 0, 0, little ? 'II' : 'MM', order(0, 42), order(0, 0, 0, 8), ...directory);
};

/** A picture of three colours by place, as an encoder writes it. */
export function photograph(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
  quality = 95,
): Uint8Array {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([...colour(x, y), 255], 4 * (y * width + x));
  return Uint8Array.from(jpeg.encode({ data, width, height }, quality).data);
}

/** A file with segments put in behind its first two bytes. */
export const withSegments = (file: Uint8Array, ...segments: Uint8Array[]): Uint8Array =>
  bytes(file.subarray(0, 2), ...segments, file.subarray(2));

/** One word of one bit, of the symbol 0: in a scan each bit 0 is one. */
const oneWord = (kind: number): Uint8Array => segment(0xc4, kind, 1, Array<number>(15).fill(0), 0);

/**
 * A picture of which each plane has one value all over, by the least that the format needs:
 * divisors of 8, one word for each difference, written by hand in a scan of one bit less than each
 * byte.
 */
export function flat(
  width: number,
  height: number,
  values: readonly number[],
  before: readonly Uint8Array[] = [],
): Uint8Array {
  const ids = values.map((_, i) => i + 1);
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  // Of differences of 0 to 7 bits each has the word of three bits that is its number of bits.
  const differences = segment(0xc4, 0, 0, 0, 8, Array<number>(13).fill(0), [0, 1, 2, 3, 4, 5, 6, 7]);
  let bits = '';
  const put = (value: number): void => {
    const size = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
    bits += size.toString(2).padStart(3, '0');
    if (size > 0) bits += (value > 0 ? value : value + 2 ** size - 1).toString(2).padStart(size, '0');
    bits += '0';
  };
  // A first coefficient is 8 times what its block's mean is above 128; the divisor is 8.
  for (let block = 0; block < blocks; block++) for (const value of values) put(block === 0 ? value - 128 : 0);
  const scan = (bits + '1'.repeat((8 - (bits.length % 8)) % 8)).match(/.{8}/g)!.map((b) => parseInt(b, 2));
  return bytes(
    [0xff, 0xd8],
    ...before,
    segment(0xdb, 0, Array<number>(64).fill(8)),
    segment(0xc0, 8, big16(height), big16(width), ids.length, ...ids.map((id) => [id, 0x11, 0])),
    differences,
    oneWord(0x10),
    segment(0xda, ids.length, ...ids.map((id) => [id, 0]), 0, 63, 0),
    scan.flatMap((b) => (b === 255 ? [255, 0] : [b])),
    [0xff, 0xd9],
  );
}
