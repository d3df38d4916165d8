import type { HostArray } from '../graph/node.ts';
import type { DevicePlan, HostStep, KernelStep, Target } from './compile.ts';
import type { Soon } from './soon.ts';
import type { SettledStorage } from './storage.ts';

/** Runs plans on one device. */
export interface Executor<K = unknown> {
  readonly target: Target<K>;
  /** Returns the name of the GPU, or of the program that imitates one; empty if it is hidden. */
  readonly renderer?: () => Promise<string>;
  /** Makes a plan ready to run. Kernels are built when they first run. */
  prepare(plan: DevicePlan<K>): Runnable;
}

/** Texts that show a kernel to a reader. */
interface Texts {
  /**
   * The kernel in JavaScript, if the device takes JavaScript; `generated` is what the device made
   * of it.
   */
  readonly javascript?: string;
  readonly generated: string;
}

export interface Runnable {
  /**
   * Runs the plan on the values of its leaves and its scalars. Returns one storage for each output,
   * at once if the device can.
   */
  run(leaves: readonly SettledStorage[], scalars: readonly number[]): Soon<SettledStorage[]>;
  /** True if `run` returns at once unless a host function is asynchronous. */
  readonly atOnce: boolean;
  /** Returns the texts of all kernel steps. The plan must have run before. */
  texts(): Promise<Map<KernelStep, Texts>>;
  /** Frees the kernels. */
  destroy(): void;
}

/**
 * Returns a copy of a host function's result. Throws unless it has the promised number of elements.
 */
export function checkResult(step: HostStep, result: ArrayLike<number>): Float32Array {
  if (result.length !== step.size)
    throw new Error(`hostCall: the function must return ${step.size} numbers, got ${result.length}`);
  return Float32Array.from(result);
}

export const float32 = (data: HostArray): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);

/** Returns, for each step, the steps whose results are not needed after it. */
export function lastUses({ steps, outputs }: DevicePlan): number[][] {
  const last = new Map<number, number>();
  steps.forEach((step, i) => {
    last.set(i, i);
    for (const ref of step.inputs) if ('step' in ref) last.set(ref.step, i);
  });
  for (const step of outputs) last.delete(step);
  const out: number[][] = steps.map(() => []);
  for (const [step, at] of last) out[at]!.push(step);
  return out;
}
