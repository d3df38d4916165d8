import { checkCount } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { take } from '../tensor/ops/indexing.ts';
import { random } from '../tensor/random.ts';
import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { checkParameters, initial } from './affine.ts';
import type { Initialiser } from './init/initialiser.ts';

export interface Embedding {
  readonly weight: Tensor;
}

/**
 * Looks up rows of the weight [count, size] by indices of any shape; the result has shape
 * […indices.shape, size]. An index out of range throws if the host knows it and gives NaN if only a
 * device does, as in `take`.
 */
export const embedding = (params: Embedding, indices: TensorLike): Tensor =>
  take(checkParameters('nn.embedding', ['weight'], params).weight, indices);

/** Makes `count` vectors of length `size`, by default standard normal, as in PyTorch. */
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
