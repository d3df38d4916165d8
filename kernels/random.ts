/**
 * A full mix of 32 bits: every output bit depends on every input bit (two multiplications, three
 * shifts).
 */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return h ^ (h >>> 15);
}

/**
 * 32 random bits as a pure function of a key (two words) and a counter. The counter enters twice:
 * mixed in only once, two keys would give one stream in another order.
 */
export function hash(k0: number, k1: number, counter: number): number {
  const h = mix((Math.imul(counter, 0x9e3779b1) + k0) | 0);
  return mix(((h ^ k1) + counter) | 0) >>> 0;
}

/** The centre of one of 2²³ equal cells of (0, 1): never 0, never 1, exact in float32. */
export const unitInterval = (bits: number): number => ((bits >>> 9) + 0.5) * 2 ** -23;

/** Two words as four 16-bit limbs, low before high: what a float32 carries exactly. */
export const limbsOf = (k0: number, k1: number): [number, number, number, number] => [
  k0 & 0xffff,
  k0 >>> 16,
  k1 & 0xffff,
  k1 >>> 16,
];

export const wordsOf = (limbs: ArrayLike<number>, at = 0): [number, number] => [
  (limbs[at]! | (limbs[at + 1]! << 16)) >>> 0,
  (limbs[at + 2]! | (limbs[at + 3]! << 16)) >>> 0,
];

/** The key of a seed: both words depend on the whole of it. */
export function seedWords(seed: number): [number, number] {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) | 0;
  return [hash(0x243f6a88, high, low), hash(0x85a308d3, high, low)];
}

/**
 * A new key from a key and a number; the keys of two numbers, and the draws of a key, have nothing
 * in common.
 */
export const foldWords = (k0: number, k1: number, index: number): [number, number] => [
  hash(k0 ^ 0x5bd1e995, k1, index),
  hash(k0, k1 ^ 0x2545f491, index),
];

/**
 * The key of a mapped example: apart from the keys that folding or splitting gives, which a user
 * may draw from beside it.
 */
export const exampleWords = (k0: number, k1: number, index: number): [number, number] => [
  hash(k0 ^ 0x3c6ef372, k1, index),
  hash(k0, k1 ^ 0x1b873593, index),
];

/** `count` draws of each of the keys laid end to end as limbs. */
export function uniforms(keys: ArrayLike<number>, count: number): Float32Array {
  const n = keys.length / 4;
  const out = new Float32Array(n * count);
  for (let i = 0; i < n; i++) {
    const [k0, k1] = wordsOf(keys, i * 4);
    for (let c = 0; c < count; c++) out[i * count + c] = unitInterval(hash(k0, k1, c));
  }
  return out;
}
