import type { DeviceName } from '../current.ts';
import { limitTo } from '../limits.ts';

/**
 * gpu.js 2.24.1 with honest types: the only module that imports it, when a device of its kind is
 * first used.
 */
export type GpuDevice = Exclude<DeviceName, 'reference' | 'webasm'>;
/** Those that compile shaders. */
export type ShaderName = Exclude<GpuDevice, 'cpu'>;

/** Numbers that stay on a device, as gpu.js hands them out and takes them back. */
export interface Handle {
  readonly type: string;
  /** On WebGL, all numbers as they lie. */
  renderValues?(): Float32Array;
  toArray(): Float32Array | Promise<Float32Array>;
  delete(): void;
}

export interface GpuKernel {
  (...args: unknown[]): unknown;
  readonly kernel: {
    readonly constructor: unknown;
    readonly fallbackReason?: string | null;
    readonly kernelString?: string;
    readonly compiledFragmentShader?: string;
    readonly compiledSource?: string;
  };
  destroy(): void;
}

interface KernelSettings {
  readonly output: readonly number[];
  readonly argumentTypes?: readonly string[];
  readonly pipeline?: boolean;
  readonly immutable?: boolean;
  readonly loopMaxIterations?: number;
  readonly precision?: 'single';
  readonly tactic?: 'precision';
}

export interface Gpu {
  readonly kernels: unknown[];
  createKernel(source: string, settings: KernelSettings): GpuKernel;
  destroy(): Promise<void>;
}

export interface GpuModule {
  readonly GPU: {
    new (settings: { mode: string }): Gpu;
    isWebGPUAvailable(): Promise<boolean>;
  };
  readonly [kernelClass: string]: unknown;
}

const classes: Record<GpuDevice, string> = {
  webgpu: 'WebGPUKernel',
  webgl2: 'WebGL2Kernel',
  webgl: 'WebGLKernel',
  headlessgl: 'HeadlessGLKernel',
  cpu: 'CPUKernel',
};

const gl = { pipeline: true, precision: 'single', tactic: 'precision' } as const;
const settings: Record<GpuDevice, Partial<KernelSettings>> = {
  webgpu: { pipeline: true },
  webgl2: gl,
  webgl: gl,
  headlessgl: gl,
  cpu: {},
};

let loading: Promise<GpuModule> | undefined;
let gpujs: GpuModule | undefined;

async function load(): Promise<GpuModule> {
  loading ??= import('gpu.js').then((m) => {
    const module = m as unknown as GpuModule & { default?: GpuModule };
    return (gpujs = module.GPU ? module : module.default!);
  });
  return loading;
}

const instances = new Map<GpuDevice, Gpu>();

/**
 * The one GPU object of a device, before which `begin` is called; an error names what is missing.
 */
export async function openGpu(
  device: GpuDevice,
  begin?: (module: () => Promise<GpuModule>) => Promise<void>,
): Promise<Gpu> {
  const known = instances.get(device);
  if (known) return known;
  await begin?.(load);
  const { GPU } = await load();
  const gpu = instances.get(device) ?? new GPU({ mode: device });
  const { features } = gpujs![classes[device]] as { features?: { maxTextureSize?: number } };
  // A texture holds one number in each texel.
  if (features?.maxTextureSize !== undefined) limitTo(device, features.maxTextureSize ** 2);
  instances.set(device, gpu);
  return gpu;
}

/** What asked for one device must not run on another: gpu.js falls back in silence, we do not. */
export function checkClass(device: GpuDevice, kernel: GpuKernel): void {
  const wanted = gpujs![classes[device]];
  if (kernel.kernel.constructor !== wanted || (kernel.kernel.fallbackReason ?? null) !== null)
    throw new Error(
      `${device}: gpu.js ran another backend instead: ${kernel.kernel.fallbackReason ?? 'no reason given'}`,
    );
}

/**
 * A kernel that reads arrays of the types given and numbers, and writes `size` numbers, or rows of
 * them.
 */
export function makeKernel(
  gpu: Gpu,
  device: GpuDevice,
  source: string,
  size: number | readonly number[],
  arrays: readonly string[],
  numbers: number,
): GpuKernel {
  return gpu.createKernel(source, {
    output: typeof size === 'number' ? [size] : size,
    argumentTypes: [...arrays, ...Array.from({ length: numbers }, () => 'Float')],
    loopMaxIterations: 1_000_000_000,
    immutable: true,
    ...settings[device],
  });
}
