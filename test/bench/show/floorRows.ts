import { floorOf } from '../floor.ts';
import type { Limits } from '../limits.ts';
import type { WorkloadResult } from '../measure.ts';
import { digits, type Rows } from './rows.ts';
import { titleOf } from './timeRows.ts';

export const limitText = ({ flops, fused, copy, call, kernel }: Limits): string =>
  `This machine, one core and all of them: ${flops.one.toFixed(0)} and ${flops.all.toFixed(0)} GFLOP/s by vectors of WebAssembly, products and sums in ` +
  `equal parts${fused ? ` (${fused.one.toFixed(0)} and ${fused.all.toFixed(0)} fused)` : ''}; ${copy.one.toFixed(0)} and ${copy.all.toFixed(0)} GB/s ` +
  `read and written by copying 64 MiB. A compiled call on webasm takes ${call.toFixed(1)} µs, and ${kernel.toFixed(2)} µs for each kernel.`;

/** What limits each workload. */
export const floorRows = (workloads: readonly WorkloadResult[], limits: Limits): Rows => ({
  head: ['workload', 'Mflop', 'MB', 'kernels', 'limited by', 'at least, ms', 'takes, ms', 'share of the limit'],
  rows: workloads.map((w) => {
    const { by, milliseconds, share } = floorOf(w, limits);
    const [ours] = w.measured;
    return [
      titleOf(w),
      digits(w.flops / 1e6),
      digits(w.bytes / 1e6),
      `${ours!.plan?.steps ?? ''}`,
      by,
      digits(milliseconds),
      digits(ours!.wall.median),
      share.toFixed(2),
    ];
  }),
});
