import { sweeps, tiny } from './sweeps.ts';
import { workloads, type Workload } from './workloads.ts';

/** All that a process or a page can be told to run, by the place in its list. */
export const lists = {
  workloads,
  sweeps: sweeps.flatMap(({ points }) => points),
  tiny,
} satisfies Record<string, readonly Workload[]>;

/** Where a workload is found by whoever runs it. */
export interface Place {
  readonly list: keyof typeof lists;
  readonly at: number;
}

export const workloadAt = ({ list, at }: Place): Workload => lists[list][at]!;
