import type { Running } from '../soon.ts';
import type { Device, GpuValue } from './device.ts';
import type { Gpu, GpuKernel } from './gpujs.ts';
import { elementsOf } from './layout.ts';
import type { KernelSource } from './source.ts';

/** The gpu.js kernels of a plan. Each is made when it first runs. */
export class Kernels {
  readonly #gpu: Gpu;
  readonly #device: Device;
  readonly #made = new Map<string, GpuKernel>();
  #leases = 0;
  #closing = false;

  constructor(gpu: Gpu, device: Device) {
    this.#gpu = gpu;
    this.#device = device;
  }

  /** Runs a kernel on its arrays or handles, then its numbers. */
  *run(source: KernelSource, args: readonly unknown[]): Running<GpuValue> {
    const { key, text, size, layout } = source;
    this.#closing = false;
    let kernel = this.#made.get(key);
    if (!kernel) {
      kernel = this.#gpu.make(text, size / elementsOf(layout));
      this.#device.adapt?.(kernel, layout);
      this.#made.set(key, kernel);
    }
    const result: GpuValue = yield kernel(...args);
    this.#gpu.check(kernel);
    return result;
  }

  /** Returns the text that the device runs for a source; empty if it has not run. */
  textOf({ key }: KernelSource): string {
    const kernel = this.#made.get(key);
    return kernel ? this.#gpu.textOf(kernel) : '';
  }

  /**
   * Keeps the kernels until the returned function is called. On WebGL, destroying a kernel destroys
   * its results as well.
   */
  lease(): () => void {
    this.#leases++;
    return () => {
      this.#leases--;
      if (this.#closing) this.close();
    };
  }

  /** Destroys the kernels as soon as there is no lease. */
  close(): void {
    this.#closing = this.#leases > 0;
    if (this.#closing) return;
    this.#made.forEach((kernel) => this.#gpu.destroy(kernel));
    this.#made.clear();
  }
}
