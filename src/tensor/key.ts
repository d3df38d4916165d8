import { foldWords, limbsOf, seedWords, wordsOf } from '../../kernels/random.ts';
import { storageOf } from '../device/storage.ts';
import { constant, hostCall, leaf } from '../graph/build.ts';
import { checkCount } from '../graph/checks.ts';
import type { Node } from '../graph/node.ts';
import { showAny } from '../graph/shape.ts';
import { nodeOf, type Tensor } from './tensor.ts';

/**
 * What random numbers are a function of: two 32-bit words. An opaque leaf of trees. The words are known on the host or
 * computed there, never on a GPU.
 */
export class Key {
  /** Shape [4]: the words as 16-bit limbs. */
  readonly node: Node;

  /** Use `key(seed)`. */
  constructor(node: Node) {
    this.node = node;
  }

  toString(): string {
    return 'Key';
  }
}

/** The key of two 32-bit words. */
export function fromWords(words: readonly [number, number]): Key {
  const node = leaf([4], 'key');
  node.value = storageOf.host(Float32Array.from(limbsOf(...words)));
  return new Key(node);
}

/** The key of a seed, a non-negative integer up to 2^53 − 1. */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`key: a seed must be an integer from 0 to 2^53 − 1, got ${showAny(seed)}`);
  return fromWords(seedWords(seed));
}

export function checkKey(name: string, k: unknown): Key {
  if (!(k instanceof Key)) throw new Error(`${name}: a key is needed, made by key(seed), got ${showAny(k)}`);
  return k;
}

const foldLimbs = (limbs: ArrayLike<number>, index: number): number[] =>
  limbsOf(...foldWords(...wordsOf(limbs), index));

/** A key of its own for each number i, a non-negative integer below 2^32 or a scalar tensor that holds one. */
export function foldIn(k: Key, i: number | Tensor): Key {
  checkKey('foldIn', k);
  if (typeof i === 'number') {
    if (!Number.isInteger(i) || i < 0 || i >= 2 ** 32)
      throw new Error(`foldIn: the number must be an integer from 0 to 2^32 − 1, got ${showAny(i)}`);
    const known = k.node.value && storageOf(k.node).peek();
    if (known) return fromWords(foldWords(...wordsOf(known), i));
  }
  // float32 does not hold every number below 2^32, but both of its halves.
  const halves = typeof i === 'number' ? [constant(i % 65536), constant(Math.floor(i / 65536))] : [nodeOf('foldIn', i)];
  return new Key(hostCall('foldIn', [k.node, ...halves], [4], foldCall));
}

const foldCall = ([limbs, low, high]: readonly ArrayLike<number>[]): number[] =>
  foldLimbs(limbs!, low![0]! + 65536 * (high?.[0] ?? 0));

/** n keys that have nothing in common with each other or with k. */
export function splitKey(k: Key, n = 2): Key[] {
  checkKey('split', k);
  checkCount('split', 'the number of keys', n);
  return Array.from({ length: n }, (_, i) => foldIn(k, i));
}
