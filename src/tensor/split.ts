import { Key, splitKey } from './key.ts';
import { split as splitTensor } from './ops/movement.ts';
import type { Tensor, TensorLike } from './tensor.ts';

/**
 * Returns n keys, by default 2, that are independent of each other and of the given key. Throws
 * unless n is an integer from 1 to 2^24.
 */
export function split(key: Key, n?: number): Key[];
/**
 * Splits a tensor along `axis`, by default 0, and returns the pieces in order. A number `parts` is
 * the count of equal pieces; a list gives the pieces' sizes along the axis. Throws if the axis
 * cannot be divided evenly or if the sizes do not add up to it.
 */
export function split(x: TensorLike, parts: number | readonly number[], options?: { axis?: number }): Tensor[];
export function split(
  x: Key | TensorLike,
  parts?: number | readonly number[],
  options?: { axis?: number },
): Key[] | Tensor[] {
  return x instanceof Key
    ? splitKey(x, parts as number | undefined)
    : splitTensor(x, parts as number | readonly number[], options);
}
