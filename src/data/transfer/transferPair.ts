import { checkOptions } from '../../graph/options.ts';
import { foldIn, type Key } from '../../tensor/key.ts';
import { checkCount, checkPixels } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { madeWorld } from '../world/madeWorld.ts';
import { wordsOfKey } from '../world/wordsOfKey.ts';
import { drawThing } from './drawThing.ts';
import { outlines, textures } from './outlines.ts';

export interface TransferPairOptions {
  /**
   * The key of all three data sets. Example i of a data set depends on the key, i and `pixels`
   * alone.
   */
  readonly key: Key;
  /** The number of examples of the source classes; 20 000 by default. */
  readonly sourceSize?: number;
  /** The number of training examples of the target classes; 1 000 by default. */
  readonly targetSize?: number;
  /** The number of test examples of the target classes; 2 000 by default. */
  readonly testSize?: number;
  /** The height and width of the images, from 16 to 256; 32 by default. */
  readonly pixels?: number;
}

/**
 * What `transferPair` returns: a source data set, a target data set and test examples of the
 * target's classes.
 */
export interface TransferPair {
  readonly source: Dataset<'images' | 'labels'>;
  readonly target: Dataset<'images' | 'labels'>;
  readonly test: Dataset<'images' | 'labels'>;
  /** The names of the 50 source classes, such as 'disc with dots', by label. */
  readonly sourceClasses: readonly string[];
  /** The names of the 10 classes of the target and test examples, by label. */
  readonly targetClasses: readonly string[];
}

type Class = readonly [outline: string, texture: string];

const [outlineNames, textureNames] = [Object.keys(outlines), Object.keys(textures)];

/**
 * True for the classes of the target: outline i with texture i mod 6. The other 50 classes are the
 * source's. Thus no class occurs in both, but every outline and every texture does.
 */
const inTarget = ([outline, texture]: Class): boolean =>
  outlineNames.indexOf(outline) % textureNames.length === textureNames.indexOf(texture);

const classes = outlineNames.flatMap((outline) => textureNames.map((texture): Class => [outline, texture]));
const targetClasses = classes.filter(inTarget);
const sourceClasses = classes.filter((c) => !inTarget(c));

const nameOf = ([outline, texture]: Class): string => `${outline} with ${texture}`;

/**
 * Returns a large source and a small target data set for transfer learning, and a test set for the
 * target. The classes of source and target differ but share outlines and textures, so features
 * learned on one help on the other. Each data set has `images` [3, pixels, pixels], red, green and
 * blue from 0 to 1, and `labels` [], the index of a class. Examples are drawn when they are read.
 * Throws if an option is invalid.
 */
export function transferPair(options: TransferPairOptions): TransferPair {
  const names = ['key', 'sourceSize', 'targetSize', 'testSize', 'pixels'] as const;
  const {
    key,
    sourceSize = 20_000,
    targetSize = 1_000,
    testSize = 2_000,
    pixels = 32,
  } = checkOptions('transferPair', options, names);
  wordsOfKey('transferPair', key);
  checkPixels('transferPair', pixels);
  for (const [what, size] of Object.entries({ sourceSize, targetSize, testSize }))
    checkCount('transferPair', what, size);
  const part = (of: readonly Class[], size: number, i: number): Dataset<'images' | 'labels'> =>
    madeWorld('transferPair', foldIn(key, i), size, { images: [3, pixels, pixels], labels: [] }, (draws, out) => {
      const label = draws.below(of.length);
      const [outline, texture] = of[label]!;
      out.labels[0] = label;
      drawThing(outlines[outline]!, textures[texture], draws, pixels).write(out.images, 0);
    });
  return {
    source: part(sourceClasses, sourceSize, 0),
    target: part(targetClasses, targetSize, 1),
    test: part(targetClasses, testSize, 2),
    sourceClasses: sourceClasses.map(nameOf),
    targetClasses: targetClasses.map(nameOf),
  };
}
