import { faceAttributes, faces, readCelebA, stored, subset, type Dataset } from '../../src/data/index.ts';
import { foldIn, key } from '../../src/index.ts';
import type { Settings } from './settings.ts';

export interface Data {
  readonly attributes: readonly string[];
  readonly train: Dataset<'images' | 'labels'>;
  readonly validation: Dataset<'images' | 'labels'>;
  readonly test: Dataset<'images' | 'labels'>;
}

const splits = ['train', 'validation', 'test'] as const;

/** The names of the attributes, in the labels' order. */
export const attributesOf = async ({ data, pixels }: Settings): Promise<readonly string[]> =>
  data === null ? faceAttributes : (await readCelebA(data, { pixels, split: 'test' })).attributes;

/** Made faces, other ones for each split, or the first pictures of CelebA's own splits. */
async function dataOf(settings: Settings): Promise<Data> {
  const { data, pixels, examples, seed } = settings;
  const parts = await Promise.all(
    splits.map(async (split, i) => {
      if (data === null) return stored(faces({ key: foldIn(key(seed), 100 + i), size: examples[split], pixels }));
      const all = await readCelebA(data, { pixels, split });
      return stored(subset(all, { stop: Math.min(all.size, examples[split]) }));
    }),
  );
  return { attributes: await attributesOf(settings), train: parts[0]!, validation: parts[1]!, test: parts[2]! };
}

let last: { readonly of: string; readonly data: Promise<Data> } | undefined;

/** The data of a run, made once in each thread. */
export function load(settings: Settings): Promise<Data> {
  const { data, pixels, examples, seed } = settings;
  const of = JSON.stringify({ data, pixels, examples, seed });
  if (last?.of !== of) last = { of, data: dataOf(settings) };
  return last.data;
}
