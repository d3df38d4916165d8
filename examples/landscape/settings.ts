import type { Common } from '../report/experiment.ts';

export interface Settings extends Common {
  /** Runs from each start, for methods that draw. */
  readonly draws: number;
  /** The toys are trained with so many times the usual rate, and so many times fewer steps. */
  readonly haste: number;
}

/** What one method does on one problem. */
export interface Args {
  readonly problem: string;
  readonly method: string;
}
