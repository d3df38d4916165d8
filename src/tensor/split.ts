import { Key, splitKey } from './key.ts';
import { splitTensor } from './ops/movement.ts';
import type { Tensor, TensorLike } from './tensor.ts';

/** n keys that have nothing in common with each other or with the one given. */
export function split(key: Key, n?: number): Key[];
/**
 * Pieces of a tensor along an axis: as many equal ones as `parts` says, or pieces of the sizes in
 * it.
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
