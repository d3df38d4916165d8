import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { fanOutAs } from './fanOut.ts';
import { signDropAs, type SignDropOptions } from './signDrop.ts';

/**
 * The GradDrop layer (Chen et al. 2020). It gives each of several losses its own lane of h, and the
 * backward pass merges the lanes' gradients by gradient sign dropout: `const [a, b] = gradDrop(h,
 * 2, { key })`. The result has shape [lanes, ...h.shape].
 */
export function gradDrop(h: TensorLike, lanes: number, options: SignDropOptions): Tensor {
  return fanOutAs('gradDrop', h, lanes, signDropAs('gradDrop', options));
}
