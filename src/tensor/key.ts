import { foldWords, limbsOf, seedWords, wordsOf } from '../../kernels/random.ts';
import { largestIndex } from '../kernel/largestIndex.ts';
import { HostStorage, storageOf } from '../device/storage.ts';
import { constant, hostCall, leaf } from '../graph/build.ts';
import { checkCount } from '../graph/checks.ts';
import type { Node, Shape } from '../graph/node.ts';
import { proxied, showAny } from '../graph/shape.ts';
import { nodeOf, type Tensor } from './tensor.ts';

/**
 * The argument of every random function: a key of two 32-bit words. In trees it is an opaque leaf.
 * The host knows or computes its words; a GPU never does.
 */
export class Key {
  #node: Node | undefined;
  /**
   * The two words as signed integers, while the key has no node. Nodes are made on demand, so a
   * million keys from `split` take little memory.
   */
  readonly #low: number = 0;
  readonly #high: number = 0;

  /** Keys are made by `key(seed)`. */
  constructor(of: Node | readonly [number, number]) {
    if ('op' in of) this.#node = of;
    else [this.#low, this.#high] = [of[0] | 0, of[1] | 0];
  }

  /** A node of shape [4] that holds the words as 16-bit limbs. */
  get node(): Node {
    if (!(#node in this)) throw new Error(`key: ${proxied('a key')}`);
    return (this.#node ??= keysLeaf([[this.#low, this.#high]], [4]));
  }

  /** The two words as unsigned integers, or undefined if the host has not computed them. */
  get words(): [number, number] | undefined {
    if (!(#node in this)) throw new Error(`key: ${proxied('a key')}`);
    if (!this.#node) return [this.#low >>> 0, this.#high >>> 0];
    const known = this.#node.value && storageOf(this.#node).peek();
    return known && wordsOf(known);
  }

  toString(): string {
    return 'Key';
  }

  toJSON(): string {
    return 'Key';
  }
}

/** A leaf of the given shape that holds the limbs of keys whose words are known. */
export function keysLeaf(words: readonly (readonly [number, number])[], shape: Shape): Node {
  const node = leaf(shape, 'key');
  const limbs = new Float32Array(words.length * 4);
  words.forEach((pair, i) => limbs.set(limbsOf(...pair), i * 4));
  node.value = new HostStorage(limbs);
  return node;
}

/** The key that belongs to a seed, an integer from 0 to 2^53 − 1. */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`key: a seed must be an integer from 0 to 2^53 − 1, got ${showAny(seed)}`);
  return new Key(seedWords(seed));
}

/** Returns k if it is a key. Throws with the name of the calling function otherwise. */
export function checkKey(name: string, k: unknown): Key {
  if (!(k instanceof Key)) throw new Error(`${name}: a key is needed, made by key(seed), got ${showAny(k)}`);
  return k;
}

const foldLimbs = (limbs: ArrayLike<number>, index: number): number[] =>
  limbsOf(...foldWords(...wordsOf(limbs), index));

/**
 * Derives a new key from k for each index i, an integer from 0 to 2^32 − 1 or a scalar tensor that
 * holds one. Different indices give independent keys.
 */
export function foldIn(k: Key, i: number | Tensor): Key {
  checkKey('foldIn', k);
  if (typeof i === 'number') {
    if (!Number.isInteger(i) || i < 0 || i >= 2 ** 32)
      throw new Error(`foldIn: the number must be an integer from 0 to 2^32 − 1, got ${showAny(i)}`);
    const { words } = k;
    if (words) return new Key(foldWords(...words, i));
  }
  // float32 cannot hold every integer below 2^32, but it holds both 16-bit halves.
  const halves = typeof i === 'number' ? [constant(i % 65536), constant(Math.floor(i / 65536))] : [nodeOf('foldIn', i)];
  return new Key(hostCall('foldIn', [k.node, ...halves], [4], foldCall));
}

const foldCall = ([limbs, low, high]: readonly ArrayLike<number>[]): number[] =>
  foldLimbs(limbs!, low![0]! + 65536 * (high?.[0] ?? 0));

/** n keys that are independent of each other and of k. */
export function splitKey(k: Key, n = 2): Key[] {
  checkKey('split', k);
  checkCount('split', 'the number of keys', n);
  if (n > largestIndex) throw new Error(`split: at most ${largestIndex} keys can be made at once, got ${n}`);
  const { words } = k;
  return Array.from({ length: n }, (_, i) => (words ? new Key(foldWords(...words, i)) : foldIn(k, i)));
}
