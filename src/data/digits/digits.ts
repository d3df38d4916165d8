import { checkOptions } from '../../graph/options.ts';
import type { Key } from '../../tensor/key.ts';
import { checkCount, checkPixels } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { byteOf } from '../world/canvas.ts';
import { madeWorld } from '../world/madeWorld.ts';
import { drawDigit } from './drawDigit.ts';

export interface DigitsOptions {
  /** Digit i of a key is the same in every data set with the same `pixels`. */
  readonly key: Key;
  /** The number of digits. */
  readonly size: number;
  /** The height and width of the images, from 16 to 256; 28 by default. */
  readonly pixels?: number;
}

/**
 * Returns a data set of synthetic handwritten digits, drawn when they are read: `images` [1,
 * pixels, pixels] from 0 (black) to 1 (white) and `labels` [], the integers 0 to 9, as in MNIST.
 * Throws if an option is invalid.
 */
export function digits(options: DigitsOptions): Dataset<'images' | 'labels'> {
  const { key, size, pixels = 28 } = checkOptions('digits', options, ['key', 'size', 'pixels']);
  checkCount('digits', 'size', size);
  checkPixels('digits', pixels);
  return madeWorld('digits', key, size, { images: [1, pixels, pixels], labels: [] }, (draws, out) => {
    const digit = draws.below(10);
    out.labels[0] = digit;
    for (const [i, x] of drawDigit(digit, draws, pixels).entries()) out.images[i] = byteOf(x);
  });
}
