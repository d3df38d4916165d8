import type { Limits } from './limits.ts';
import type { WorkloadResult } from './measure.ts';

/** The least time that a workload can take here, and what says so. */
export interface Floor {
  readonly by: 'flops' | 'bytes' | 'dispatch';
  readonly milliseconds: number;
  /** Its share of the time we take: 1 at the limit. */
  readonly share: number;
}

/**
 * The largest of three times: all floating-point operations on all cores, all bytes by copying, all
 * kernels with nothing to do.
 */
export function floorOf({ flops, bytes, measured }: WorkloadResult, limits: Limits): Floor {
  const [ours] = measured;
  const times: Record<Floor['by'], number> = {
    flops: flops / (limits.fused ?? limits.flops).all / 1e6,
    bytes: bytes / limits.copy.all / 1e6,
    dispatch: (limits.call + (ours!.plan?.steps ?? 1) * limits.kernel) / 1e3,
  };
  const by = (['flops', 'bytes', 'dispatch'] as const).reduce((a, b) => (times[b] > times[a] ? b : a));
  return { by, milliseconds: times[by], share: times[by] / ours!.wall.median };
}
