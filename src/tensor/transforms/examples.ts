import { hostCall } from '../../graph/build.ts';
import type { HostFunction, Node } from '../../graph/node.ts';
import { Key, keysLeaf } from '../key.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import { isDifferentiable } from '../tree.ts';

/**
 * The type of a batch of examples of a tree T: tensors have one more axis, a number may be shared
 * by all examples, and a key becomes a list of keys.
 */
export type Examples<T> = T extends Tensor
  ? TensorLike
  : T extends Key
    ? Key | readonly Key[]
    : T extends (...args: never[]) => unknown
      ? T
      : T extends object
        ? { [K in keyof T]: Examples<T[K]> }
        : T;

/** A leaf of the arguments. A list of keys is one leaf, like an array of keys. */
export type Leaf = TensorLike | readonly Key[];
export const isKeys = (x: unknown): x is readonly Key[] =>
  Array.isArray(x) && x.length > 0 && x.every((k) => k instanceof Key);
export const isLeaf = (x: unknown): x is Leaf => isDifferentiable(x) || isKeys(x);

const joinKeys: HostFunction = (keys) => keys.flatMap((limbs) => Array.from(limbs));

/** The limbs of n keys as a node [n, 4]. */
export function stackKeys(keys: readonly Key[]): Node {
  const shape = [keys.length, 4];
  const words = keys.map((k) => k.words);
  if (words.every((pair) => pair !== undefined)) return keysLeaf(words, shape);
  return hostCall(
    'keys',
    Array.from(keys, ({ node }) => node),
    shape,
    joinKeys,
  );
}
