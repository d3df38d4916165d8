import { join } from 'node:path';
import { checkOptions } from '../../graph/options.ts';
import { checkText } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { readFirst } from '../files.ts';
import { checkSplit } from './checkSplit.ts';
import { parseCifar10, parseCifar100 } from './cifar.ts';

/**
 * Returns the bytes of the files with these names, or with .gz after the name, by their paths.
 * Reads them one after another, so that the error names the first that is missing.
 */
async function readAll(caller: string, folder: string, names: readonly string[]): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) {
    const { path, data } = await readFirst(caller, [join(folder, name), join(folder, `${name}.gz`)]);
    files[path] = data;
  }
  return files;
}

/**
 * Reads CIFAR-10's training images (`split` 'train', the default) or test images ('test') from a
 * folder with the files data_batch_1.bin to data_batch_5.bin and test_batch.bin, each also as .gz.
 * Returns the data set of `parseCifar10`. Throws if a file is missing or damaged.
 */
export async function readCifar10(
  folder: string,
  options: { readonly split?: 'train' | 'test' } = {},
): Promise<Dataset<'images' | 'labels'>> {
  checkText('readCifar10', 'the folder', folder);
  const { split = 'train' } = checkOptions('readCifar10', options, ['split']);
  const train = checkSplit('readCifar10', split, ['train', 'test']) === 'train';
  const names = train ? [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`) : ['test_batch.bin'];
  return parseCifar10(await readAll('readCifar10', folder, names));
}

/**
 * Reads CIFAR-100's training images (`split` 'train', the default) or test images ('test') from a
 * folder with the files train.bin and test.bin, each also as .gz. Returns the data set of
 * `parseCifar100`. Throws if the file is missing or damaged.
 */
export async function readCifar100(
  folder: string,
  options: { readonly split?: 'train' | 'test' } = {},
): Promise<Dataset<'images' | 'labels' | 'coarse'>> {
  checkText('readCifar100', 'the folder', folder);
  const { split = 'train' } = checkOptions('readCifar100', options, ['split']);
  return parseCifar100(
    await readAll('readCifar100', folder, [`${checkSplit('readCifar100', split, ['train', 'test'])}.bin`]),
  );
}
