import type { DevicePlan } from '../compile.ts';
import { lastUses } from '../executor.ts';

/**
 * The places of results that are not outputs, in bytes from the beginning of a block that they
 * share, and the size of that block.
 */
export interface Layout {
  /** One place for each step; undefined for outputs, which have separate blocks. */
  readonly places: readonly (number | undefined)[];
  readonly size: number;
}

/**
 * Lays out the results of a plan's steps. A result that is no longer needed leaves its place to
 * later ones.
 */
export function layoutOf(plan: DevicePlan): Layout {
  const dead = lastUses(plan);
  const taken: { at: number; size: number; step: number }[] = [];
  const places: (number | undefined)[] = plan.steps.map(() => undefined);
  let size = 0;
  plan.steps.forEach((own, step) => {
    if (!plan.outputs.includes(step)) {
      const bytes = Math.max(16, 16 * Math.ceil(own.size / 4));
      // Takes the first gap that is wide enough.
      let at = 0;
      let i = 0;
      for (; i < taken.length && taken[i]!.at - at < bytes; i++) at = taken[i]!.at + taken[i]!.size;
      taken.splice(i, 0, { at, size: bytes, step });
      places[step] = at;
      size = Math.max(size, at + bytes);
    }
    for (const d of dead[step]!) {
      const i = taken.findIndex((t) => t.step === d);
      if (i >= 0) taken.splice(i, 1);
    }
  });
  return { places, size };
}
