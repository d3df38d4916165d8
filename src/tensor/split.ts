import { Key, splitKey } from './key.ts';
import { splitTensor } from './ops/movement.ts';
import type { Tensor, TensorLike } from './tensor.ts';

/** n keys that are independent of each other and of the one given. */
export function split(key: Key, n?: number): Key[];
/**
 * Splits a tensor along an axis: into `parts` equal pieces, or into pieces of the sizes that
 * `parts` lists.
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
