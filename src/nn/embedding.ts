import { checkCount } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { take } from '../tensor/ops/indexing.ts';
import { random } from '../tensor/random.ts';
import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { checkParameters, initial } from './affine.ts';
import type { Initialiser } from './init/initialiser.ts';

/** The parameters of an embedding: a weight [count, size] with one row for each index. */
export interface Embedding {
  readonly weight: Tensor;
}

/**
 * Returns the rows of the weight [count, size] at `indices`, of any shape; the result has shape
 * [...indices.shape, size]. Indices are integers from −count to count − 1; those below 0 count from
 * the end. An index out of range throws if the host knows it; if only a device knows it, its row is
 * NaN.
 */
export const embedding = (params: Embedding, indices: TensorLike): Tensor =>
  take(checkParameters('nn.embedding', ['weight'], params).weight, indices);

/**
 * Returns a weight [count, size], by default of standard normal draws, as in PyTorch. The option
 * `weight` is another initialiser. Throws unless `count` and `size` are positive integers.
 */
embedding.init = (
  key: Key,
  count: number,
  size: number,
  options: { readonly weight?: Initialiser } = {},
): Embedding => {
  const name = 'nn.embedding.init';
  const { weight = random.normal } = checkOptions(name, options, ['weight']);
  checkKey(name, key);
  checkCount(name, 'count', count);
  checkCount(name, 'size', size);
  return { weight: initial(name, weight, key, [count, size]) };
};
