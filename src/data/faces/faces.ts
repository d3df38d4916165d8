import { checkOptions } from '../../graph/options.ts';
import type { Key } from '../../tensor/key.ts';
import { checkCount, checkPixels } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { madeWorld } from '../world/madeWorld.ts';
import { faceAttributes } from './attributes.ts';
import { drawAttributes } from './drawAttributes.ts';
import { drawFace } from './drawFace.ts';

export interface FacesOptions {
  /**
   * The key of the faces. Face i of a key is the same in every data set with the same `pixels`, in
   * every process and in every JavaScript engine.
   */
  readonly key: Key;
  /** The number of faces. */
  readonly size: number;
  /** The height and width of the images, from 16 to 256; 32 by default. */
  readonly pixels?: number;
}

/**
 * Returns a data set of cartoon faces with 40 attributes that are correlated and imbalanced like
 * CelebA's: `images` [3, pixels, pixels], red, green and blue from 0 to 1, and `labels` [40] of 0
 * and 1 in the order of `faceAttributes`. A face is drawn when it is read. Throws if an option is
 * invalid.
 */
export function faces(options: FacesOptions): Dataset<'images' | 'labels'> {
  const { key, size, pixels = 32 } = checkOptions('faces', options, ['key', 'size', 'pixels']);
  checkCount('faces', 'size', size);
  checkPixels('faces', pixels);
  return madeWorld(
    'faces',
    key,
    size,
    { images: [3, pixels, pixels], labels: [faceAttributes.length] },
    (draws, out) => {
      drawAttributes(draws.fold(0), out.labels, 0);
      drawFace(out.labels, draws.fold(1), pixels).write(out.images, 0);
    },
  );
}
