/**
 * Mixes 32 bits: every output bit depends on every input bit (two multiplications, three shifts).
 */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return h ^ (h >>> 15);
}

/**
 * Returns 32 random bits, a pure function of a key (two words) and a counter. The counter enters
 * twice. If it entered once, two keys would give the same numbers in different orders.
 */
export function hash(k0: number, k1: number, counter: number): number {
  const h = mix((Math.imul(counter, 0x9e3779b1) + k0) | 0);
  return mix(((h ^ k1) + counter) | 0) >>> 0;
}

/** Returns the centre of one of 2²³ equal cells of (0, 1): never 0, never 1, exact in float32. */
export const unitInterval = (bits: number): number => ((bits >>> 9) + 0.5) * 2 ** -23;

/** Splits two words into four 16-bit limbs, low before high. A float32 holds each limb exactly. */
export const limbsOf = (k0: number, k1: number): [number, number, number, number] => [
  k0 & 0xffff,
  k0 >>> 16,
  k1 & 0xffff,
  k1 >>> 16,
];

/** Joins four 16-bit limbs, which start at `at`, into two words; inverts `limbsOf`. */
export const wordsOf = (limbs: ArrayLike<number>, at = 0): [number, number] => [
  (limbs[at]! | (limbs[at + 1]! << 16)) >>> 0,
  (limbs[at + 2]! | (limbs[at + 3]! << 16)) >>> 0,
];

/** Returns the key of a seed. Both words depend on all bits of the seed. */
export function seedWords(seed: number): [number, number] {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) | 0;
  return [hash(0x243f6a88, high, low), hash(0x85a308d3, high, low)];
}

/**
 * Returns a new key made from a key and a number. Different numbers give unrelated keys, and the
 * draws of a key are unrelated to both.
 */
export const foldWords = (k0: number, k1: number, index: number): [number, number] => [
  hash(k0 ^ 0x5bd1e995, k1, index),
  hash(k0, k1 ^ 0x2545f491, index),
];

/**
 * Returns the key of one mapped example. It differs from the keys that folding or splitting gives,
 * because a user may draw from those keys as well.
 */
export const exampleWords = (k0: number, k1: number, index: number): [number, number] => [
  hash(k0 ^ 0x3c6ef372, k1, index),
  hash(k0, k1 ^ 0x1b873593, index),
];

/**
 * Draws `count` uniform numbers for each key. `keys` holds the keys' limbs end to end, [n · 4]; the
 * result holds the draws, [n · count].
 */
export function uniforms(keys: ArrayLike<number>, count: number): Float32Array {
  const n = keys.length / 4;
  const out = new Float32Array(n * count);
  for (let i = 0; i < n; i++) {
    const [k0, k1] = wordsOf(keys, i * 4);
    for (let c = 0; c < count; c++) out[i * count + c] = unitInterval(hash(k0, k1, c));
  }
  return out;
}
