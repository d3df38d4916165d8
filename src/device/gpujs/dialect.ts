import type { Code } from '../../kernel/code.ts';

/** How one device of gpu.js has its kernels written, where devices differ. */
export interface Dialect {
  readonly name: string;
  /** The largest index that a kernel may compute; a larger one is an error. */
  readonly largestIndex: number;
  /** Whether the quotient of two whole numbers, rounded down, is exact. GPUs divide inexactly. */
  readonly dividesExactly: boolean;
  /** The text of an index where it is a number among numbers. */
  readonly asNumber: (index: string) => string;
  /** Whether numbers are passed where all results are made of numbers alone. */
  readonly passesFixed: boolean;
  /**
   * Statements that declare variables as integers; undefined if an integer is declared like any
   * other.
   */
  readonly integers?: (names: readonly string[]) => readonly string[];
  /**
   * The arrays that a kernel of four results or more reads by fours, and how far apart these are;
   * undefined if it reads none so.
   */
  readonly fours?: (codes: Iterable<Code>, sizes: readonly number[]) => ReadonlyMap<number, number>;
}
