/**
 * The random generator once more, in BigInt, from its description: no shifts that wrap, no signs.
 */
const word = (x: number | bigint): bigint => BigInt.asUintN(32, BigInt(x));

function mix(h: bigint): bigint {
  h = word((h ^ (h >> 16n)) * 0x21f0aaadn);
  h = word((h ^ (h >> 15n)) * 0xd35a2d97n);
  return h ^ (h >> 15n);
}

export function bigHash(k0: number, k1: number, counter: number): number {
  const c = word(counter);
  return Number(mix(word((mix(word(c * 0x9e3779b1n + word(k0))) ^ word(k1)) + c)));
}

export function bigSeedWords(seed: number): [number, number] {
  const [low, high] = [Number(BigInt(seed) % 2n ** 32n), Number(BigInt(seed) / 2n ** 32n)];
  return [bigHash(0x243f6a88, high, low), bigHash(0x85a308d3, high, low)];
}

export const bigFoldWords = (k0: number, k1: number, index: number): [number, number] => [
  bigHash(Number(word(k0) ^ 0x5bd1e995n), k1, index),
  bigHash(k0, Number(word(k1) ^ 0x2545f491n), index),
];
