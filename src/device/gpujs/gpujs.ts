import type { DeviceName } from '../current.ts';
import type { Soon } from '../soon.ts';

/**
 * This module gives gpu.js 2.24.1 honest types. It alone imports gpu.js, when a device of its kind
 * is first used, and spells what gpu.js keeps private.
 */

export type GpuName = Exclude<DeviceName, 'reference' | 'webasm'>;

/** gpu.js lets a thread return at most so many elements at once. */
export const mostReturned = 4;

/** A handle stands for values that stay on a device; gpu.js hands it out and takes it back. */
export interface Handle {
  readonly type?: string;
  /** Reads all elements as they lie, on WebGL. */
  renderValues?(): Float32Array;
  toArray(): Soon<Float32Array>;
  delete(): void;
}

/** What gpu.js knows of a kernel. Most of it is private: test/facts has a test for each part. */
interface Internals {
  readonly constructor: unknown;
  readonly fallbackReason?: string | null;
  /** One of these is the text that the device runs: JavaScript, GLSL or WGSL. */
  readonly kernelString?: string;
  readonly compiledFragmentShader?: string;
  readonly compiledSource?: string;
  /**
   * On WebGPU `translateSource` makes `translatedBody`, whose threads write `componentCount`
   * elements.
   */
  translateSource(): void;
  translatedBody: string;
  componentCount: number;
}

/** A kernel is called with its arrays or handles, and then its numbers. */
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

/** A mode says how gpu.js is asked for a device. */
export interface Mode {
  readonly name: GpuName;
  /** Names the class of gpu.js's that the device's kernels have. */
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

/** Makes and runs kernels of gpu.js on one device. */
export class Gpu {
  readonly #mode: Mode;
  readonly #gpu: GpuObject;
  readonly #class: KernelClass;

  constructor(module: GpuModule, mode: Mode) {
    this.#mode = mode;
    this.#gpu = new module.GPU({ mode: mode.name });
    this.#class = module[mode.kernelClass] as KernelClass;
  }

  /** Returns how many texels the largest texture has; undefined on devices without textures. */
  get mostTexels(): number | undefined {
    const side = this.#class.features?.maxTextureSize;
    return side && side ** 2;
  }

  /** Makes a kernel that so many threads run. gpu.js compiles it when it is first called. */
  make(source: string, threads: number): GpuKernel {
    return this.#gpu.createKernel(source, {
      output: [threads],
      loopMaxIterations: 1_000_000_000,
      immutable: true,
      ...this.#mode.settings,
    });
  }

  /** Throws if a kernel, once called, ran on another backend: gpu.js falls back in silence. */
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
    // gpu.js keeps a destroyed CPU kernel in this list for ever.
    const at = this.#gpu.kernels.indexOf(kernel.kernel);
    if (at >= 0) this.#gpu.kernels.splice(at, 1);
  }
}
