import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { fanOutAs } from './fanOut.ts';
import { signDropAs, type SignDropOptions } from './signDrop.ts';

/**
 * The GradDrop layer (Chen et al. 2020): h for each of several losses, whose gradients are merged
 * by gradient sign dropout on the way back. Each loss reads its own lane: `const [a, b] =
 * gradDrop(h, 2, { key })`.
 */
export function gradDrop(h: TensorLike, lanes: number, options: SignDropOptions): Tensor {
  return fanOutAs('gradDrop', h, lanes, signDropAs('gradDrop', options));
}
