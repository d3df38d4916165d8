import { join } from 'node:path';
import { checkOptions } from '../../graph/options.ts';
import { checkText } from '../checks.ts';
import type { Dataset } from '../dataset.ts';
import { readFirst } from '../files.ts';
import { checkSplit } from './checkSplit.ts';
import { parseMnist, type MnistOptions } from './idx.ts';

/**
 * Reads the training images (`split` 'train', the default) or test images ('test') of MNIST, or of
 * a data set of its family, from a folder with the usual files: train-images-idx3-ubyte,
 * train-labels-idx1-ubyte, and the same with t10k for test; also with .idx instead of -idx, and as
 * .gz. Returns the data set of `parseMnist`. Throws if a file is missing or damaged.
 */
export async function readMnist(
  folder: string,
  options: MnistOptions & { readonly split?: 'train' | 'test' } = {},
): Promise<Dataset<'images' | 'labels'>> {
  checkText('readMnist', 'the folder', folder);
  const { split = 'train', ...more } = checkOptions('readMnist', options, ['split', 'classes']);
  const part = checkSplit('readMnist', split, ['train', 'test']) === 'train' ? 'train' : 't10k';
  const find = (what: string) =>
    readFirst(
      'readMnist',
      ['-', '.'].flatMap((dot) =>
        ['', '.gz'].map((end) => join(folder, `${part}-${what}${dot}idx${what === 'images' ? 3 : 1}-ubyte${end}`)),
      ),
    );
  const images = await find('images');
  const labels = await find('labels');
  return parseMnist(images.data, images.path, labels.data, labels.path, more);
}
