import type { Bytes } from '../bytes.ts';

/**
 * Returns the orientation, 1 to 8, in the EXIF segment of `length` bytes at `start` (EXIF 2.3, tag
 * 0x0112). If the segment holds none, or another value, it returns 1: the image is upright.
 */
export function orientationIn(file: Bytes, start: number, length: number): number {
  if (length < 14 || file.uint(start, 4, 'EXIF', false) !== 0x45786966) return 1;
  const [tiff, end] = [start + 6, start + length];
  const order = file.uint(tiff, 2, 'the byte order', false);
  const little = order === 0x4949;
  if (!little && order !== 0x4d4d) return 1;
  const directory = tiff + file.uint(tiff + 4, 4, 'a place', little);
  if (directory + 2 > end) return 1;
  const count = file.uint(directory, 2, 'a count', little);
  for (let at = directory + 2; at + 12 <= Math.min(end, directory + 2 + 12 * count); at += 12)
    if (file.uint(at, 2, 'a tag', little) === 0x0112) {
      const value = file.uint(at + 8, 2, 'the orientation', little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  return 1;
}

/**
 * The size of the oriented image, and a map from pixels of the file: pixel (x, y) goes to index
 * start + x · stepX + y · stepY.
 */
export interface Turned {
  readonly width: number;
  readonly height: number;
  readonly start: number;
  readonly stepX: number;
  readonly stepY: number;
}

/**
 * For each orientation, the edges of the oriented image at which row 0 and column 0 of the file
 * lie.
 */
const edges = [
  '',
  'top left',
  'top right',
  'bottom right',
  'bottom left',
  'left top',
  'right top',
  'right bottom',
  'left bottom',
];

/** Returns the map to the oriented image from a file of this width and height. */
export function turned(orientation: number, width: number, height: number): Turned {
  const [row, column] = edges[orientation]!.split(' ');
  const upright = row === 'top' || row === 'bottom';
  const w = upright ? width : height;
  const [right, down] = [1, w];
  const stepX = upright ? (column === 'left' ? right : -right) : column === 'top' ? down : -down;
  const stepY = upright ? (row === 'top' ? down : -down) : row === 'left' ? right : -right;
  const start = (stepX < 0 ? -stepX * (width - 1) : 0) + (stepY < 0 ? -stepY * (height - 1) : 0);
  return { width: w, height: upright ? height : width, start, stepX, stepY };
}
