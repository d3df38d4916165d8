import { faceAttributes, faces, readCelebA, stored, subset, type Dataset } from 'cotangent/data';
import { foldIn, key } from 'cotangent';
import { unreadable } from '../report/unreadable.ts';
import type { Settings } from './settings.ts';

export interface Data {
  readonly attributes: readonly string[];
  readonly train: Dataset<'images' | 'labels'>;
  readonly validation: Dataset<'images' | 'labels'>;
  readonly test: Dataset<'images' | 'labels'>;
}

const splits = ['train', 'validation', 'test'] as const;

/**
 * Returns the number of examples of each split: those requested, or as many as CelebA's split has.
 * It reads the lists in `folder`, requires that every image they name exists, and decodes the first
 * image of each split. Throws if an image or a list is missing or damaged, or if a split is too
 * small.
 */
export async function countPictures(
  folder: string,
  { examples, pixels, batch, speedBatch }: Pick<Settings, 'examples' | 'pixels' | 'batch' | 'speedBatch'>,
): Promise<Settings['examples']> {
  const found: [string, number][] = [];
  for (const split of splits) {
    const all = await readCelebA(folder, { pixels, split });
    const least = split === 'train' ? Math.max(batch, speedBatch) : 1;
    if (all.size < least)
      throw new Error(`readCelebA: ${folder} must have ${least} pictures to ${split}, got ${all.size}`);
    await all.rows([0]);
    found.push([split, Math.min(all.size, examples[split])]);
  }
  return Object.fromEntries(found) as unknown as Settings['examples'];
}

/** Returns the names of the attributes, in the labels' order. */
export const attributesOf = async ({ data, pixels }: Settings): Promise<readonly string[]> =>
  data === null ? faceAttributes : (await readCelebA(data, { pixels, split: 'test' }).catch(unreadable)).attributes;

/**
 * Returns the data of a run: generated faces, different ones for each split, or the first images of
 * CelebA's own splits.
 */
async function dataOf(settings: Settings): Promise<Data> {
  const { data, pixels, examples, seed } = settings;
  const parts: Dataset<'images' | 'labels'>[] = [];
  for (const [i, split] of splits.entries()) {
    const all =
      data === null
        ? faces({ key: foldIn(key(seed), 100 + i), size: examples[split], pixels })
        : subset(await readCelebA(data, { pixels, split }), { stop: examples[split] });
    parts.push(await stored(all));
  }
  return { attributes: await attributesOf(settings), train: parts[0]!, validation: parts[1]!, test: parts[2]! };
}

let last: { readonly of: string; readonly data: Promise<Data> } | undefined;

/**
 * Returns the data of a run, which are loaded once in each thread. Stops the run if they cannot be
 * read.
 */
export function load(settings: Settings): Promise<Data> {
  const { data, pixels, examples, seed } = settings;
  const of = JSON.stringify({ data, pixels, examples, seed });
  if (last?.of !== of) last = { of, data: dataOf(settings).catch(unreadable) };
  return last.data;
}
