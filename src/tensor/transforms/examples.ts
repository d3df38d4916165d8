import { hostCall } from '../../graph/build.ts';
import type { HostFunction, Node } from '../../graph/node.ts';
import { Key, keysLeaf } from '../key.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import { isDifferentiable } from '../tree.ts';

/**
 * The type of a batch of arguments of type T: a tensor gets one more axis unless all examples share
 * it, and a key becomes a list of keys unless they share it.
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

/**
 * A leaf of the arguments of `vmap`. A list of keys is one leaf: it counts as one array, whose axis
 * is that of the examples.
 */
export type Leaf = TensorLike | readonly Key[];
/** True for a list of keys that is not empty. */
export const isKeys = (x: unknown): x is readonly Key[] =>
  Array.isArray(x) && x.length > 0 && x.every((k) => k instanceof Key);
/** True for a tensor, a number or a list of keys. */
export const isLeaf = (x: unknown): x is Leaf => isDifferentiable(x) || isKeys(x);

/** The host function that concatenates the limbs of keys. */
const joinKeys: HostFunction = (keys) => keys.flatMap((limbs) => Array.from(limbs));

/** Returns a node [n, 4] that holds the limbs of n keys. */
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
