/** A dialect says how one device of gpu.js has its kernels written, where devices differ. */
export interface Dialect {
  readonly name: string;
  /** A kernel may compute no larger index; printing one throws. */
  readonly largestIndex: number;
  /** True if the quotient of two whole numbers, rounded down, is exact. GPUs divide inexactly. */
  readonly dividesExactly: boolean;
  /** Writes an index that is used as a value. */
  readonly asNumber: (index: string) => string;
  /** True if literals are passed as arguments where all results are made of literals alone. */
  readonly passesFixed: boolean;
  /**
   * Writes statements that declare variables as integers; undefined if an integer is declared like
   * any other.
   */
  readonly integers?: (names: readonly string[]) => readonly string[];
  /**
   * True if a kernel of four results or more reads a vec4 of adjacent elements at once, where it
   * can.
   */
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
