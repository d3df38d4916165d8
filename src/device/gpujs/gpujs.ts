import type { DeviceName } from '../current.ts';
import type { Soon } from '../soon.ts';

/**
 * Types for gpu.js 2.24.1, including the private parts that are used here. No other module imports
 * gpu.js; it is loaded when one of its devices is first used.
 */

export type GpuName = Exclude<DeviceName, 'reference' | 'webasm'>;

/** The maximum number of elements that gpu.js lets a thread return at once. */
export const mostReturned = 4;

/**
 * The handle of values that stay on a device. gpu.js returns it from a kernel and accepts it as an
 * argument.
 */
export interface Handle {
  readonly type?: string;
  /** On WebGL: reads all elements in the order in which they lie. */
  renderValues?(): Float32Array;
  toArray(): Soon<Float32Array>;
  delete(): void;
}

/**
 * The kernel object of gpu.js. Most of its members are private, so test/facts has a test for each.
 */
interface Internals {
  readonly constructor: unknown;
  readonly fallbackReason?: string | null;
  /** One of the next three is the text that the device runs: JavaScript, GLSL or WGSL. */
  readonly kernelString?: string;
  readonly compiledFragmentShader?: string;
  readonly compiledSource?: string;
  /**
   * On WebGPU, `translateSource` sets `translatedBody`, in which a thread writes `componentCount`
   * elements.
   */
  translateSource(): void;
  translatedBody: string;
  componentCount: number;
}

/** A kernel. It is called with its arrays or handles, then its numbers. */
export interface GpuKernel {
  (...args: unknown[]): Soon<Handle | Float32Array>;
  readonly kernel: Internals;
  destroy(): void;
}

interface KernelSettings {
  readonly output?: readonly number[];
  readonly pipeline?: boolean;
  readonly immutable?: boolean;
  readonly loopMaxIterations?: number;
  readonly precision?: 'single';
  readonly tactic?: 'precision';
}

interface GpuObject {
  readonly kernels: unknown[];
  createKernel(source: string, settings: KernelSettings): GpuKernel;
}

interface GpuModule {
  readonly GPU: {
    new (settings: { mode: string }): GpuObject;
    isWebGPUAvailable(): Promise<boolean>;
  };
  readonly [kernelClass: string]: unknown;
}

/** The parameters with which gpu.js opens a device. */
export interface Mode {
  readonly name: GpuName;
  /** The name of the class in gpu.js of the device's kernels. */
  readonly kernelClass: string;
  readonly settings: KernelSettings;
}

export async function loadGpujs(): Promise<GpuModule> {
  const module = (await import('gpu.js')) as unknown as GpuModule & { readonly default: GpuModule };
  return module.GPU ? module : module.default;
}

interface KernelClass {
  readonly features?: { readonly maxTextureSize?: number };
}

/** Makes gpu.js kernels on one device. */
export class Gpu {
  readonly #mode: Mode;
  readonly #gpu: GpuObject;
  readonly #class: KernelClass;

  constructor(module: GpuModule, mode: Mode) {
    this.#mode = mode;
    this.#gpu = new module.GPU({ mode: mode.name });
    this.#class = module[mode.kernelClass] as KernelClass;
  }

  /** Returns the number of texels of the largest texture; undefined on devices without textures. */
  get mostTexels(): number | undefined {
    const side = this.#class.features?.maxTextureSize;
    return side && side ** 2;
  }

  /** Makes a kernel that `threads` threads run. gpu.js compiles it on its first call. */
  make(source: string, threads: number): GpuKernel {
    return this.#gpu.createKernel(source, {
      output: [threads],
      loopMaxIterations: 1_000_000_000,
      immutable: true,
      ...this.#mode.settings,
    });
  }

  /**
   * Throws if a kernel that was called ran on another backend: gpu.js falls back without an error.
   */
  check({ kernel }: GpuKernel): void {
    const reason = kernel.fallbackReason ?? null;
    if (kernel.constructor !== this.#class || reason !== null)
      throw new Error(`${this.#mode.name}: gpu.js ran another backend instead: ${reason ?? 'no reason given'}`);
  }

  /** Returns the text that the device runs for a kernel that has been called. */
  textOf({ kernel }: GpuKernel): string {
    return kernel.compiledSource ?? kernel.compiledFragmentShader ?? kernel.kernelString ?? '';
  }

  destroy(kernel: GpuKernel): void {
    kernel.destroy();
    // gpu.js would keep a destroyed CPU kernel in this list forever.
    const at = this.#gpu.kernels.indexOf(kernel.kernel);
    if (at >= 0) this.#gpu.kernels.splice(at, 1);
  }
}
