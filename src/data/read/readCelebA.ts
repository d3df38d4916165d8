import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions } from '../../graph/options.ts';
import { arrayFor, checkPixels, checkRows, checkText } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { readBytes, readFirst } from '../files.ts';
import { parseCelebAAttributes, parseCelebAPartition } from './celebA.ts';
import { checkSplit } from './checkSplit.ts';
import { decodeJpeg } from './jpeg/decodeJpeg.ts';
import { squareOf } from './jpeg/squareOf.ts';

export interface CelebAOptions {
  /**
   * The height and width, from 16 to 256, to which each image's central square is resampled; 64 by
   * default.
   */
  readonly pixels?: number;
  /** The partition of list_eval_partition.txt to read; by default all images of the list. */
  readonly split?: 'train' | 'validation' | 'test';
}

/**
 * Opens CelebA in a folder: list_attr_celeba.txt (or .csv), the images in img_align_celeba, and for
 * a split list_eval_partition.txt (or .csv). Returns a data set: `images` [3, pixels, pixels], red,
 * green and blue from 0 to 1, and `labels` [40], 0 or 1 for each of `attributes`. Throws if a list
 * is missing or damaged, or if an image is missing. Images are read and decoded on demand, so
 * `rows` throws if one is damaged.
 */
export async function readCelebA(
  folder: string,
  options: CelebAOptions = {},
): Promise<Dataset<'images' | 'labels'> & { readonly attributes: readonly string[] }> {
  checkText('readCelebA', 'the folder', folder);
  const { pixels = 64, split } = checkOptions('readCelebA', options, ['pixels', 'split']);
  checkPixels('readCelebA', pixels);
  const both = (name: string) =>
    readFirst(
      'readCelebA',
      ['.txt', '.csv'].map((end) => join(folder, name + end)),
    );
  const list = await both('list_attr_celeba');
  const { attributes, files, labels } = await parseCelebAAttributes(list.data, list.path);
  let wanted = files.map((_, i) => i);
  if (split !== undefined) {
    const splits = ['train', 'validation', 'test'] as const;
    const number = splits.indexOf(checkSplit('readCelebA', split, splits));
    const partition = await both('list_eval_partition');
    const parts = await parseCelebAPartition(partition.data, partition.path);
    wanted = wanted.filter((i) => parts.get(files[i]!) === number);
  }
  const pictures = join(folder, 'img_align_celeba');
  const there = new Set(
    await readdir(pictures).catch((error: NodeJS.ErrnoException): string[] => {
      if (error.code === 'ENOENT') return [];
      throw new Error(`readCelebA: cannot read ${pictures}: ${error.message}`, { cause: error });
    }),
  );
  const absent = wanted.find((i) => !there.has(files[i]!));
  if (absent !== undefined)
    throw new Error(`readCelebA: ${join(pictures, files[absent]!)} is in the list, got no such file`);
  return {
    attributes,
    size: wanted.length,
    async rows(indices) {
      checkRows('readCelebA', indices, wanted.length);
      const images = arrayFor('readCelebA', Uint8Array, indices.length * 3 * pixels * pixels);
      const marks = new Uint8Array(indices.length * attributes.length);
      for (let i = 0; i < indices.length; i++) {
        const at = wanted[indices[i]!]!;
        const path = join(pictures, files[at]!);
        images.set(
          squareOf(await decodeJpeg(await readBytes('readCelebA', path), path), pixels),
          i * 3 * pixels * pixels,
        );
        marks.set(labels.data.subarray(at * attributes.length, (at + 1) * attributes.length), i * attributes.length);
      }
      return {
        images: { data: images, shape: [indices.length, 3, pixels, pixels], scale: 1 / 255 },
        labels: { data: marks, shape: [indices.length, attributes.length] },
      };
    },
  };
}
