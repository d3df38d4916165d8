import type { HostArray } from '../graph/node.ts';
import type { DevicePlan, HostStep, KernelStep, Ref, Target } from './compile.ts';
import type { Soon } from './soon.ts';
import type { SettledStorage } from './storage.ts';

/** How one device runs plans. */
export interface Executor<K = unknown> {
  readonly target: Target<K>;
  /** Names what computes, where that may be a program that imitates a GPU; empty if it is hidden. */
  readonly renderer?: () => Promise<string>;
  /** A plan made ready: kernels are built when they first run. */
  prepare(plan: DevicePlan<K>): Runnable;
}

/** What a kernel was given and what the device made of it. */
interface Texts {
  /** JavaScript, if the device takes that. */
  readonly javascript?: string;
  readonly generated: string;
}

export interface Runnable {
  /**
   * Runs the plan on the values of its leaves and its scalars; gives one storage for each output,
   * at once where it can.
   */
  run(leaves: readonly SettledStorage[], scalars: readonly number[]): Soon<SettledStorage[]>;
  /** Whether it can, if no function of the host is asynchronous. */
  readonly atOnce: boolean;
  /** The texts of each kernel step, after a run. */
  texts(): Promise<Map<KernelStep, Texts>>;
  /** Frees the kernels. */
  destroy(): void;
}

/** The result of a host function, checked against the shape that was promised. */
export function checkResult(step: HostStep, result: ArrayLike<number>): Float32Array {
  if (result.length !== step.size)
    throw new Error(`hostCall: the function must return ${step.size} numbers, got ${result.length}`);
  return Float32Array.from(result);
}

export const float32 = (data: HostArray): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);

/** For each place in an order of steps, the steps whose results nobody reads after it. */
export function lastUses(plan: DevicePlan, order: readonly number[] = plan.steps.map((_, i) => i)): number[][] {
  const last = new Map<number, number>();
  const see = (ref: Ref, at: number): void => void ('step' in ref && last.set(ref.step, at));
  order.forEach((i, at) => (last.set(i, at), plan.steps[i]!.inputs.forEach((ref) => see(ref, at))));
  plan.outputs.forEach((ref) => see(ref, plan.steps.length));
  const out: number[][] = plan.steps.map(() => []);
  for (const [step, at] of last) out[at]?.push(step);
  return out;
}
