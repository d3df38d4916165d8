import type { Common } from '../report/experiment.ts';

export interface Settings extends Common {
  /** The number of runs from each start, for methods that draw. */
  readonly draws: number;
}

/** One method on one problem. */
export interface Args {
  readonly problem: string;
  readonly method: string;
}
