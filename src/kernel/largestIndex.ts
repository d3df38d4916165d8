/**
 * float32 holds whole numbers exactly up to here, and kernels hold indices that come from data in
 * float32.
 */
export const largestIndex = 2 ** 24;

/** Throws if an axis has more places than float32 counts exactly. */
export function checkCounted(name: string, size: number): void {
  if (size > largestIndex)
    throw new Error(
      `${name}: the axis must have at most ${largestIndex} places, as indices are float32, got ${size}; use reference`,
    );
}
