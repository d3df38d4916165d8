/** Mixes the bits of a 32-bit integer (the finalizer of MurmurHash3, Appleby 2011). */
function mix(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Returns a number in (0, 1), both ends excluded: the draw with this index at this position. It is
 * a pure function of its arguments, so a link shows the draws that its author saw. The engine has
 * draws of its own, from a key.
 */
export const uniform = (seed: number, index: number, position: number): number =>
  (mix(mix(mix(seed ^ 0x9e3779b9) + index) + Math.imul(position + 1, 0x632be59b)) + 0.5) / 2 ** 32;
