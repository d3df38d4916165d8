import type { DeviceName } from './current.ts';

/** gpu.js 2.24.1 with honest types: the only module that imports it, when a device of its kind is first used. */
export type GpuDevice = Exclude<DeviceName, 'reference' | 'webasm'>;
/** Those that compile shaders. */
export type ShaderDevice = Exclude<GpuDevice, 'cpu'>;

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

interface GpuModule {
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

let loading: Promise<GpuModule> | undefined;
let gpujs: GpuModule | undefined;

const inNode = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;

/** Vulkan drivers that come with browsers and that no loader lists; Dawn can use them where no other answers. */
const drivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

interface NodeProcess {
  readonly env: Record<string, string | undefined>;
  getBuiltinModule(name: 'node:fs'): { existsSync(path: string): boolean };
  getBuiltinModule(name: 'node:os'): { tmpdir(): string };
}

interface Dawn {
  create(flags: string[]): { requestAdapter(): Promise<object | null> };
  readonly globals: object;
}

/** In Node, WebGPU is Dawn, from the optional package `webgpu`; gpu.js looks for it at navigator.gpu. */
async function installDawn(): Promise<void> {
  const scope = globalThis as { navigator?: { gpu?: unknown }; process?: NodeProcess };
  if (!inNode || scope.navigator?.gpu) return;
  const name = 'webgpu';
  let dawn: Dawn;
  try {
    dawn = (await import(/* @vite-ignore */ name)) as Dawn;
  } catch {
    throw new Error("the optional package 'webgpu' is not installed");
  }
  const host = scope.process!;
  const { env } = host;
  // Drivers complain on the terminal where this is missing; any folder will do.
  env.XDG_RUNTIME_DIR ??= host.getBuiltinModule('node:os').tmpdir();
  let gpu = dawn.create([]);
  if (env.VK_ICD_FILENAMES === undefined && env.VK_DRIVER_FILES === undefined && !(await gpu.requestAdapter())) {
    const driver = drivers.find((file) => host.getBuiltinModule('node:fs').existsSync(file));
    if (driver) {
      env.VK_ICD_FILENAMES = driver;
      gpu = dawn.create([]);
    }
  }
  Object.assign(globalThis, dawn.globals);
  if (!scope.navigator)
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true, writable: true });
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
}

async function load(): Promise<GpuModule> {
  loading ??= import('gpu.js').then((m) => {
    const module = m as unknown as GpuModule & { default?: GpuModule };
    return (gpujs = module.GPU ? module : module.default!);
  });
  return loading;
}

const instances = new Map<GpuDevice, Gpu>();

/** The one GPU object of a device; an error names what is missing. */
export async function openGpu(device: GpuDevice): Promise<Gpu> {
  const known = instances.get(device);
  if (known) return known;
  if (device === 'webgpu') await installDawn();
  const { GPU } = await load();
  if (device === 'webgpu' && !(await GPU.isWebGPUAvailable()))
    throw new Error(
      inNode ? 'no Vulkan, Metal or Direct3D 12 driver answers' : 'this browser offers no WebGPU adapter',
    );
  const gpu = instances.get(device) ?? new GPU({ mode: device });
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

/** What a kernel on webgpu returned by fours, as single numbers: they lie in the same order. */
export const inNumbers = (fours: Handle, size: number): Handle =>
  Object.assign(Object.create(fours) as Handle, { componentCount: 1, output: [size] });

/** A kernel that reads arrays of the types given and numbers, and writes `size` numbers, or rows of them. */
export function makeKernel(
  gpu: Gpu,
  device: GpuDevice,
  source: string,
  size: number | readonly number[],
  arrays: readonly string[],
  numbers: number,
): GpuKernel {
  const onGl = device === 'webgl' || device === 'webgl2' || device === 'headlessgl';
  return gpu.createKernel(source, {
    output: typeof size === 'number' ? [size] : size,
    argumentTypes: [...arrays, ...Array.from({ length: numbers }, () => 'Float')],
    loopMaxIterations: 1_000_000_000,
    immutable: true,
    pipeline: onGl || device === 'webgpu',
    ...(onGl && { precision: 'single', tactic: 'precision' }),
  });
}
