/**
 * The largest difference of two results, relative to the largest number of each array; ∞ if they
 * are of different form.
 */
export function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, array, i) => Math.max(worst, apart(array, b[i]!)), 0);
}

function apart(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let [difference, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!);
    if (!(d < Infinity)) return Infinity;
    difference = Math.max(difference, d);
    size = Math.max(size, Math.abs(a[i]!));
  }
  return difference === 0 ? 0 : difference / size;
}
