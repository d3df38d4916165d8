import type { Common } from '../report/experiment.ts';

export interface Settings extends Common {
  /** The number of runs from each start, for methods that draw. */
  readonly draws: number;
  /** The toy problems use this multiple of the usual rate and divide the number of steps by it. */
  readonly haste: number;
}

/** One method on one problem. */
export interface Args {
  readonly problem: string;
  readonly method: string;
}
