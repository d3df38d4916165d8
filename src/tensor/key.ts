import { foldWords, limbsOf, seedWords, wordsOf } from '../../kernels/random.ts';
import { largestIndex } from '../kernel/largestIndex.ts';
import { HostStorage, storageOf } from '../device/storage.ts';
import { constant, hostCall, leaf } from '../graph/build.ts';
import { checkCount } from '../graph/checks.ts';
import type { Node, Shape } from '../graph/node.ts';
import { proxied, show, showAny } from '../graph/shape.ts';
import { nodeOf, type Tensor } from './tensor.ts';

/**
 * The first argument of random functions: two 32-bit words that determine the draws. It is made by
 * `key(seed)`, and `split` and `foldIn` derive more keys from it. In trees a key is a leaf. Only
 * the host computes words; a GPU never does.
 */
export class Key {
  #node: Node | undefined;
  /**
   * The two words as signed integers, while the key has no node. Nodes are made on demand, so a
   * million keys from `split` take little memory.
   */
  readonly #low: number = 0;
  readonly #high: number = 0;

  /** Makes a key of a node [4] of limbs or of two words. Users call `key(seed)`. */
  constructor(of: Node | readonly [number, number]) {
    if ('op' in of) this.#node = of;
    else [this.#low, this.#high] = [of[0] | 0, of[1] | 0];
  }

  /** The node of shape [4] that holds the two words as four 16-bit limbs. */
  get node(): Node {
    if (!(#node in this)) throw new Error(`key: ${proxied('a key')}`);
    return (this.#node ??= keysLeaf([[this.#low, this.#high]], [4]));
  }

  /** The two words as unsigned integers, or undefined if they have not been computed yet. */
  get words(): [number, number] | undefined {
    if (!(#node in this)) throw new Error(`key: ${proxied('a key')}`);
    if (!this.#node) return [this.#low >>> 0, this.#high >>> 0];
    const known = this.#node.value && storageOf(this.#node).peek();
    return known && wordsOf(known);
  }

  /** Returns 'Key'. The words are not shown. */
  toString(): string {
    return 'Key';
  }

  /** Returns 'Key' for JSON.stringify. `save` of cotangent/data writes the words. */
  toJSON(): string {
    return 'Key';
  }
}

/**
 * Returns a leaf of `shape` ([4] for one key, [n, 4] for n) that holds the limbs of these words.
 */
export function keysLeaf(words: readonly (readonly [number, number])[], shape: Shape): Node {
  const node = leaf(shape, 'key');
  const limbs = new Float32Array(words.length * 4);
  words.forEach((pair, i) => limbs.set(limbsOf(...pair), i * 4));
  node.value = new HostStorage(limbs);
  return node;
}

/**
 * Returns the key of a seed. Equal seeds give equal keys. Throws unless the seed is an integer from
 * 0 to 2^53 − 1.
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`key: a seed must be an integer from 0 to 2^53 − 1, got ${showAny(seed)}`);
  return new Key(seedWords(seed));
}

/** Returns k. Throws, with `name`, if k is no key. */
export function checkKey(name: string, k: unknown): Key {
  if (!(k instanceof Key)) throw new Error(`${name}: a key is needed, made by key(seed), got ${showAny(k)}`);
  return k;
}

/** Returns the limbs of the key that `foldIn` derives from a key with these limbs. */
const foldLimbs = (limbs: ArrayLike<number>, index: number): number[] =>
  limbsOf(...foldWords(...wordsOf(limbs), index));

/**
 * Returns the key that belongs to k and i. Equal arguments give equal keys; different i give keys
 * whose draws are independent. i is an integer from 0 to 2^32 − 1, or a scalar tensor that holds
 * one, such as the step of a compiled training loop. Throws if k is no key, if a number i is out of
 * range or if a tensor is no scalar; the tensor's element is not checked.
 */
export function foldIn(k: Key, i: number | Tensor): Key {
  checkKey('foldIn', k);
  if (typeof i !== 'number' && nodeOf('foldIn', i).shape.length > 0)
    throw new Error(`foldIn: the number must be a scalar, got shape ${show(i.shape)}`);
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

/**
 * The host function of `foldIn`: the limbs of k, and i as one input or as its two 16-bit halves.
 */
const foldCall = ([limbs, low, high]: readonly ArrayLike<number>[]): number[] =>
  foldLimbs(limbs!, low![0]! + 65536 * (high?.[0] ?? 0));

/**
 * Returns n keys that are independent of each other and of k. Throws unless n is an integer from 1
 * to 2^24.
 */
export function splitKey(k: Key, n = 2): Key[] {
  checkKey('split', k);
  checkCount('split', 'the number of keys', n);
  if (n > largestIndex) throw new Error(`split: at most ${largestIndex} keys can be made at once, got ${n}`);
  const { words } = k;
  return Array.from({ length: n }, (_, i) => (words ? new Key(foldWords(...words, i)) : foldIn(k, i)));
}
