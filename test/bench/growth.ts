import type { WorkloadResult } from './measure.ts';

/**
 * What a head more costs, in milliseconds a step of GradDrop; from the least times, for the
 * differences are small.
 */
export interface Growth {
  /** From 40 to 320 heads. */
  readonly few: number;
  /** From 320 to 1280. */
  readonly many: number;
  /** many / few: 1 where the cost grows linearly. */
  readonly ratio: number;
}

/**
 * Undefined where the sweep over heads was not measured, or where heads cost less than times
 * scatter: a negative cost says nothing.
 */
export function growth(workloads: readonly WorkloadResult[]): Growth | undefined {
  const at = (heads: number): number | undefined =>
    workloads.find(({ api, name }) => api === 'wasm' && name === `${heads} heads, GradDrop`)?.measured[0]!.least;
  const [least, middle, most] = [at(40), at(320), at(1280)];
  if (least === undefined || middle === undefined || most === undefined) return undefined;
  const [few, many] = [(middle - least) / 280, (most - middle) / 960];
  return few > 0 && many > 0 ? { few, many, ratio: many / few } : undefined;
}
