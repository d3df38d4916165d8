/** Whole numbers are exact in float32 up to here, and kernels hold indices that are data so. */
export const largestIndex = 2 ** 24;

/** Throws where indices into an axis are more than float32 counts. */
export function checkCounted(name: string, size: number): void {
  if (size > largestIndex)
    throw new Error(
      `${name}: the axis must have at most ${largestIndex} places, as indices are float32, got ${size}; use reference`,
    );
}
