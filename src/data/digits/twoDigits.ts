import { checkOptions } from '../../graph/options.ts';
import { sizeOf } from '../../graph/node.ts';
import { show } from '../../graph/shape.ts';
import { foldIn, type Key } from '../../tensor/key.ts';
import { checkCount, checkDataset, checkRows, rowsFrom } from '../checks.ts';
import type { Column, Columns, Dataset } from '../dataset.ts';
import { Draws } from '../world/draws.ts';
import { wordsOfKey } from '../world/wordsOfKey.ts';
import { digits } from './digits.ts';

export interface TwoDigitsOptions {
  /**
   * The key that draws the second digit of each pair, and the digits themselves if none are given.
   */
  readonly key: Key;
  /** The number of pairs; by default the number of given digits. It is needed if none are given. */
  readonly size?: number;
  /**
   * Single digits 28 × 28 to combine, such as MNIST's; by default 2 · `size` synthetic ones of
   * `digits`.
   */
  readonly digits?: Dataset<'images' | 'labels'>;
}

const [side, shift] = [28, 8];
const wide = side + shift;

/** For each pixel of the image, the index of the canvas pixel that holds its centre. */
const nearest = Array.from({ length: side }, (_, x) => Math.floor(((x + 0.5) * wide) / side));

/**
 * Returns a data set of images of two overlapping digits, one to the upper left and one to the
 * lower right: `images` [1, 28, 28] from 0 to 1, `left` and `right` [], the integers 0 to 9. This
 * is the construction of MultiMNIST (Sabour et al. 2017; as in Sener and Koltun 2018). With N
 * single digits, pair i has digit i mod N on the left and a random one on the right of a 36 × 36
 * canvas, which keeps the larger value where they overlap. The 28 × 28 image samples the canvas by
 * nearest neighbour. Throws if an option is invalid or if there are no digits; `rows` throws if the
 * given digits are no images 28 × 28 of one colour with one label each.
 */
export function twoDigits(options: TwoDigitsOptions): Dataset<'images' | 'left' | 'right'> {
  const { key, digits: given, size = given?.size } = checkOptions('twoDigits', options, ['key', 'size', 'digits']);
  if (given !== undefined) checkDataset('twoDigits', given);
  if (size === undefined) throw new Error('twoDigits: size is needed where no digits are given, got undefined');
  checkCount('twoDigits', 'size', size);
  const words = wordsOfKey('twoDigits', key);
  const single = given ?? digits({ key: foldIn(key, 0), size: 2 * size });
  if (size > 0 && single.size === 0) throw new Error('twoDigits: at least one digit is needed, got none');
  const choose = new Draws(...words).fold(1);
  return {
    size,
    async rows(indices) {
      checkRows('twoDigits', indices, size);
      const first = Array.from(indices, (i) => i % single.size);
      const second = Array.from(indices, (i) => choose.fold(i).below(single.size));
      const { images, labels } = await rowsFrom('twoDigits', single, [...first, ...second]);
      if (!images || labels?.shape.length !== 1)
        throw new Error('twoDigits: digits must have images and one label each, as digits and parseMnist give them');
      return overlay(images, labels, indices.length);
    },
  };
}

/**
 * Overlays 2n digits in pairs: digit i, on the left, with digit n + i. Throws unless they are 28 ×
 * 28.
 */
function overlay(images: Column, labels: Column, n: number): Columns<'images' | 'left' | 'right'> {
  const [height, width] = images.shape.slice(-2);
  if (height !== side || width !== side || sizeOf(images.shape.slice(1)) !== side * side)
    throw new Error(
      `twoDigits: digits must be ${side} × ${side} pictures of one colour, got ${show(images.shape.slice(1))}`,
    );
  const size = side * side;
  const { data } = images;
  const pictures = data.slice(0, n * size);
  for (let i = 0; i < n; i++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const [u, v] = [nearest[x]!, nearest[y]!];
        const left = u < side && v < side ? data[i * size + v * side + u]! : 0;
        const right = u >= shift && v >= shift ? data[(n + i) * size + (v - shift) * side + u - shift]! : 0;
        pictures[i * size + y * side + x] = Math.max(left, right);
      }
  return {
    images: { ...images, data: pictures, shape: [n, 1, side, side] },
    left: { data: labels.data.slice(0, n), shape: [n] },
    right: { data: labels.data.slice(n), shape: [n] },
  };
}
