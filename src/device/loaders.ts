import { memo } from '../graph/memo.ts';
import type { DeviceName } from './current.ts';
import type { Executor } from './executor.ts';
import type * as Cpu from './gpujs/cpu.ts';
import type { Device } from './gpujs/device.ts';
import type * as Reference from './reference/reference.ts';
import type { Soon } from './soon.ts';

/** The devices that run plans: all but `reference`. */
export type PlanDevice = Exclude<DeviceName, 'reference'>;

/**
 * Functions that load the backends, each when it is first used, so that a page does not load what
 * other devices need. No other file outside of the backends' folders knows them.
 */
export const backends: Readonly<Record<PlanDevice, () => Promise<Executor>>> = {
  webgpu: async () => openGpu((await import('./gpujs/webgpu.ts')).webgpu),
  webgl2: async () => openGpu((await import('./gpujs/webgl2.ts')).webgl2),
  webgl: async () => openGpu((await import('./gpujs/webgl.ts')).webgl),
  headlessgl: async () => openGpu((await import('./gpujs/headlessgl.ts')).headlessgl),
  cpu: async () => openGpu((await import('./gpujs/cpu.ts')).cpu),
  webasm: async () => (await import('./webasm/webasm.ts')).open(),
};

const openGpu = async (device: Device): Promise<Executor> => (await import('./gpujs/executor.ts')).open(device);

const executors = new Map<PlanDevice, Soon<Executor>>();

/**
 * Returns the executor of a device, which is started once: at once if it has been started, else as
 * a promise.
 */
export const executorOf = (device: PlanDevice): Soon<Executor> => memo(executors, device, () => start(device));

async function start(device: PlanDevice): Promise<Executor> {
  try {
    const executor = await backends[device]();
    executors.set(device, executor);
    return executor;
  } catch (cause) {
    executors.delete(device);
    throw new Error(`${device}: ${(cause as Error).message}`, { cause });
  }
}

let reference: typeof Reference | undefined;

/** Loads the float64 interpreter. Returns it at once if it has been loaded. */
export const loadReference = (): Soon<typeof Reference> =>
  reference ?? import('./reference/reference.ts').then((module) => (reference = module));

/** Loads the printer of kernels as JavaScript. */
export const loadPrinter = (): Promise<Pick<typeof Cpu, 'javascriptOf'>> => import('./gpujs/cpu.ts');
