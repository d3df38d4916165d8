import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { fanOutAs } from './fanOut.ts';
import { signDropAs, type SignDropOptions } from './signDrop.ts';

/**
 * The GradDrop layer (Chen et al. 2020, Algorithm 1). Gives each of several losses its own lane of
 * h, as in `const [a, b] = gradDrop(h, 2, { key })`; the result has shape [lanes, ...h.shape]. In
 * the backward pass, `signDrop(options)` merges the lanes' gradients: at each position it keeps
 * those of one sign, which it draws. Throws if an option is not valid or does not fit h.
 */
export function gradDrop(h: TensorLike, lanes: number, options: SignDropOptions): Tensor {
  return fanOutAs('gradDrop', h, lanes, signDropAs('gradDrop', options));
}
