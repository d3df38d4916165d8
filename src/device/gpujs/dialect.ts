/**
 * The ways in which the kernels of one gpu.js device are written differently from those of another.
 */
export interface Dialect {
  readonly name: string;
  /** The largest index in a kernel. Printing a larger one throws. */
  readonly largestIndex: number;
  /** True if dividing two whole numbers and rounding down is exact. On GPUs it is not. */
  readonly dividesExactly: boolean;
  /** Writes an index that is used as a value. */
  readonly asNumber: (index: string) => string;
  /**
   * True if numbers are passed as arguments in a kernel whose results are made of numbers alone.
   */
  readonly passesFixed: boolean;
  /**
   * Writes statements that declare integer variables. Undefined if integers are declared like all
   * variables.
   */
  readonly integers?: (names: readonly string[]) => readonly string[];
  /** True if a kernel of four results or more reads four adjacent elements at once where it can. */
  readonly readsVec4?: boolean;
}

/**
 * Returns the dialect of shaders. They hold indices in float32, and products of integers overflow
 * in them.
 */
export const shader = (name: string): Dialect => ({
  name,
  largestIndex: 2 ** 24,
  dividesExactly: false,
  asNumber: (index) => `((${index}) / 1)`,
  passesFixed: false,
});
