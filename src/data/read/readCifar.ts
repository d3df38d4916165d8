import { join } from 'node:path';
import { checkOptions } from '../../graph/options.ts';
import { checkText } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { readFirst } from '../files.ts';
import { checkSplit } from './checkSplit.ts';
import { parseCifar10, parseCifar100 } from './cifar.ts';

/** Reads files one after another, so that an error names the first that is missing. */
async function readAll(caller: string, folder: string, names: readonly string[]): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) {
    const { path, data } = await readFirst(caller, [join(folder, name), join(folder, `${name}.gz`)]);
    files[path] = data;
  }
  return files;
}

/** Reads the training or test images of CIFAR-10 from a folder of its binary version. */
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

/** Reads the training or test images of CIFAR-100 from a folder of its binary version. */
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
