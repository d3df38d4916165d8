import type { DeviceName } from './current.ts';
import type { Executor } from './executor.ts';
import type * as Cpu from './gpujs/cpu.ts';
import type * as Reference from './reference/reference.ts';

/** Devices that run plans: all but the interpreter. */
export type PlanDevice = Exclude<DeviceName, 'reference'>;

/**
 * The backends, each loaded when it is first used: a page is spared what other devices need. This
 * is the one place outside of their folders that knows them.
 */
export const executors: Readonly<Record<PlanDevice, () => Promise<Executor>>> = {
  webgpu: async () => (await import('./gpujs/webgpu.ts')).open(),
  webgl2: async () => (await import('./gpujs/webgl2.ts')).open(),
  webgl: async () => (await import('./gpujs/webgl.ts')).open(),
  headlessgl: async () => (await import('./gpujs/headlessgl.ts')).open(),
  cpu: async () => (await import('./gpujs/cpu.ts')).open(),
  webasm: async () => (await import('./webasm/webasm.ts')).open(),
};

/** The float64 interpreter. */
export const loadReference = (): Promise<typeof Reference> => import('./reference/reference.ts');

/** What writes kernels as JavaScript. */
export const loadPrinter = (): Promise<Pick<typeof Cpu, 'javascriptOf'>> => import('./gpujs/cpu.ts');
