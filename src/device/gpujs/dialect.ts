/** How one device of gpu.js has its kernels written, where devices differ. */
export interface Dialect {
  readonly name: string;
  /** The largest index that a kernel may compute; a larger one is an error. */
  readonly largestIndex: number;
  /** Whether the quotient of two whole numbers, rounded down, is exact. GPUs divide inexactly. */
  readonly dividesExactly: boolean;
  /** Writes an index where it is a number among numbers. */
  readonly asNumber: (index: string) => string;
  /** Whether numbers are passed where all results are made of numbers alone. */
  readonly passesFixed: boolean;
  /**
   * Writes statements that declare variables as integers; undefined if an integer is declared like
   * any other.
   */
  readonly integers?: (names: readonly string[]) => readonly string[];
  /** Whether a kernel of four results or more reads four adjacent elements at once, where it can. */
  readonly readsVec4?: boolean;
}

/** A shader holds indices as float32 numbers, and its products of integers overflow. */
export const shader = (name: string): Dialect => ({
  name,
  largestIndex: 2 ** 24,
  dividesExactly: false,
  asNumber: (index) => `((${index}) / 1)`,
  passesFixed: false,
});
