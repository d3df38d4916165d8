import type { HostArray } from '../graph/node.ts';
import type { DevicePlan, HostStep, KernelStep, Ref, Target } from './compile.ts';
import type { Soon } from './soon.ts';
import type { SettledStorage } from './storage.ts';

/** An executor runs plans on one device. */
export interface Executor<K = unknown> {
  readonly target: Target<K>;
  /** Names what computes, as it may be a program that imitates a GPU; empty if it is hidden. */
  readonly renderer?: () => Promise<string>;
  /** Makes a plan ready to run. Kernels are built when they first run. */
  prepare(plan: DevicePlan<K>): Runnable;
}

/** These texts show a kernel as it was given, and what the device made of it. */
interface Texts {
  /** The kernel in JavaScript, if the device takes that. */
  readonly javascript?: string;
  readonly generated: string;
}

export interface Runnable {
  /**
   * Runs the plan on the values of its leaves and its scalars; gives one storage for each output,
   * at once where it can.
   */
  run(leaves: readonly SettledStorage[], scalars: readonly number[]): Soon<SettledStorage[]>;
  /** True if `run` returns at once, unless a function of the host is asynchronous. */
  readonly atOnce: boolean;
  /** Gives the texts of each kernel step, after a run. */
  texts(): Promise<Map<KernelStep, Texts>>;
  /** Frees the kernels. */
  destroy(): void;
}

/** Checks that a host function returned as many elements as were promised, and copies them. */
export function checkResult(step: HostStep, result: ArrayLike<number>): Float32Array {
  if (result.length !== step.size)
    throw new Error(`hostCall: the function must return ${step.size} numbers, got ${result.length}`);
  return Float32Array.from(result);
}

export const float32 = (data: HostArray): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);

/** Lists, for each place in an order of steps, the steps whose results nobody reads after it. */
export function lastUses(plan: DevicePlan, order: readonly number[] = plan.steps.map((_, i) => i)): number[][] {
  const last = new Map<number, number>();
  const see = (ref: Ref, at: number): void => void ('step' in ref && last.set(ref.step, at));
  order.forEach((i, at) => (last.set(i, at), plan.steps[i]!.inputs.forEach((ref) => see(ref, at))));
  plan.outputs.forEach((ref) => see(ref, plan.steps.length));
  const out: number[][] = plan.steps.map(() => []);
  for (const [step, at] of last) out[at]?.push(step);
  return out;
}
