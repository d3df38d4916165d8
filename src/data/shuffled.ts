import type { Key } from '../tensor/key.ts';
import { arrayFor, checkCount } from './checks.ts';
import { Draws } from './world/draws.ts';
import { wordsOfKey } from './world/wordsOfKey.ts';

/**
 * Returns a random permutation of 0, …, n − 1. It depends on the key and n alone and is the same on
 * every machine (Fisher and Yates; Durstenfeld 1964). Throws unless n is an integer from 0 to 2³²,
 * or if there is no memory for n integers.
 */
export function shuffled(key: Key, n: number): Uint32Array {
  const words = wordsOfKey('shuffled', key);
  checkCount('shuffled', 'the count', n);
  const draws = new Draws(...words);
  const order = arrayFor('shuffled', Uint32Array, n).map((_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
