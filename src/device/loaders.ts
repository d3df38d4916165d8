import type { DeviceName } from './current.ts';
import type { Executor } from './executor.ts';
import type * as Cpu from './gpujs/cpu.ts';
import type * as Reference from './reference/reference.ts';
import type { Soon } from './soon.ts';

/** Devices that run plans: all but the interpreter. */
export type PlanDevice = Exclude<DeviceName, 'reference'>;

/**
 * The backends, each loaded when it is first used: a page is spared what other devices need. This
 * is the one place outside of their folders that knows them.
 */
const backends: Readonly<Record<PlanDevice, () => Promise<{ open(): Executor | Promise<Executor> }>>> = {
  webgpu: () => import('./gpujs/webgpu.ts'),
  webgl2: () => import('./gpujs/webgl2.ts'),
  webgl: () => import('./gpujs/webgl.ts'),
  headlessgl: () => import('./gpujs/headlessgl.ts'),
  cpu: () => import('./gpujs/cpu.ts'),
  webasm: () => import('./webasm/webasm.ts'),
};

const executors = new Map<PlanDevice, Soon<Executor>>();

/** The executor of a device: at once if the device has been started, which happens once. */
export function executorOf(device: PlanDevice): Soon<Executor> {
  const known = executors.get(device);
  if (known) return known;
  const opening = start(device);
  executors.set(device, opening);
  return opening;
}

async function start(device: PlanDevice): Promise<Executor> {
  try {
    const executor = await (await backends[device]()).open();
    executors.set(device, executor);
    return executor;
  } catch (cause) {
    executors.delete(device);
    throw new Error(`${device}: ${(cause as Error).message}`, { cause });
  }
}

let reference: typeof Reference | undefined;

/** The float64 interpreter: at once if it has been loaded. */
export const loadReference = (): Soon<typeof Reference> =>
  reference ?? import('./reference/reference.ts').then((module) => (reference = module));

/** What writes kernels as JavaScript. */
export const loadPrinter = (): Promise<Pick<typeof Cpu, 'javascriptOf'>> => import('./gpujs/cpu.ts');
