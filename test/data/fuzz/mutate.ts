import { bytes } from '../make/parts.ts';
import { oddNumbers, type Random } from './random.ts';

type Mutation = (random: Random, data: Uint8Array, words: readonly string[]) => Uint8Array;

const place = (random: Random, data: Uint8Array): number =>
  // Headers are where most readers go wrong.
  random.below(random.chance(0.5) ? Math.min(data.length, 128) : data.length);

const overwrite = (data: Uint8Array, at: number, part: ArrayLike<number>): Uint8Array => {
  const out = data.slice();
  for (let i = 0; i < part.length && at + i < out.length; i++) out[at + i] = part[i]!;
  return out;
};

const insert = (data: Uint8Array, at: number, part: ArrayLike<number>): Uint8Array =>
  bytes(data.subarray(0, at), part, data.subarray(at));

const mutations: readonly Mutation[] = [
  (random, data) => overwrite(data, place(random, data), [random.next()]),
  (random, data) => {
    const at = place(random, data);
    return overwrite(data, at, [data[at]! ^ (1 << random.below(8))]);
  },
  (random, data) => data.slice(0, random.below(data.length + 1)),
  (random, data) => bytes(data, random.bytes(random.below(8))),
  (random, data) => insert(data, place(random, data), random.bytes(1 + random.below(4))),
  (random, data) => {
    const at = place(random, data);
    return bytes(data.subarray(0, at), data.subarray(at + 1 + random.below(8)));
  },
  (random, data) => {
    const from = place(random, data);
    return insert(data, place(random, data), data.slice(from, from + 1 + random.below(32)));
  },
  (random, data) => {
    const [n, width] = [random.pick(oddNumbers), random.pick([1, 2, 4, 8])];
    const little = Array.from({ length: width }, (_, i) => Math.floor(n / 256 ** i) % 256);
    return overwrite(data, place(random, data), random.chance(0.5) ? little : little.reverse());
  },
  (random, data, words) => (words.length === 0 ? data : insert(data, place(random, data), bytes(random.pick(words)))),
  (random, data, words) =>
    words.length === 0 ? data : overwrite(data, place(random, data), bytes(random.pick(words))),
];

/** A file with one to four changes; `words` are what means something in its format. */
export function mutate(random: Random, data: Uint8Array, words: readonly string[]): Uint8Array {
  let out = data;
  for (let i = 1 + random.below(4); i > 0 && out.length > 0; i--) out = random.pick(mutations)(random, out, words);
  return out;
}
