import { makeKernel, type Gpu, type GpuDevice, type GpuKernel } from './gpujs.ts';
import type { ShaderDevice } from './shaderDevice.ts';

/**
 * What a kernel is made of: its source, the size of its result, how its threads lie on it, and what
 * it is given.
 */
export interface Asked {
  readonly source: string;
  readonly size: number;
  readonly lanes: number;
  readonly row?: number | undefined;
  readonly sizes: readonly number[];
  readonly scalars: number;
}

/** The gpu.js kernels of a plan, each made when it is first asked for. */
export class Kernels {
  readonly #gpu: Gpu;
  readonly #device: { readonly name: GpuDevice } & Pick<ShaderDevice, 'kernel'>;
  readonly #made = new Map<string, GpuKernel>();
  #leases = 0;
  #closing = false;

  constructor(gpu: Gpu, device: { readonly name: GpuDevice } & Pick<ShaderDevice, 'kernel'>) {
    this.#gpu = gpu;
    this.#device = device;
  }

  /**
   * The kernel of a step, for arrays of gpu.js's types given. The lengths of its arrays count, not
   * only its source: gpu.js writes the sizes of their textures into the shader.
   */
  get(asked: Asked, types: readonly string[] = asked.sizes.map(() => 'Array')): GpuKernel {
    const { source, size, lanes, row = 0, sizes, scalars } = asked;
    this.#closing = false;
    const key = `${size};${sizes.join()};${types.join()};${row};${source}`;
    let kernel = this.#made.get(key);
    if (!kernel) {
      const { name } = this.#device;
      const make = (text: string, output: number | readonly number[]): GpuKernel =>
        makeKernel(this.#gpu, name, text, output, types, scalars);
      kernel = this.#device.kernel?.(asked, make) ?? make(source, Math.ceil(size / lanes));
      this.#made.set(key, kernel);
    }
    return kernel;
  }

  /** The kernel of a step, for arrays of any types, if there is one. */
  find({ source, size, sizes }: Asked): GpuKernel | undefined {
    const start = `${size};${sizes.join()};`;
    for (const [key, kernel] of this.#made) if (key.startsWith(start) && key.endsWith(`;${source}`)) return kernel;
    return undefined;
  }

  /**
   * Keeps the kernels until the function it returns is called: on WebGL a kernel takes its results
   * with it.
   */
  lease(): () => void {
    this.#leases++;
    return () => {
      this.#leases--;
      if (this.#closing) this.close();
    };
  }

  /** Destroys the kernels, once nobody keeps them. */
  close(): void {
    this.#closing = this.#leases > 0;
    if (this.#closing) return;
    for (const kernel of this.#made.values()) {
      kernel.destroy();
      // gpu.js keeps a destroyed CPU kernel in this list for ever.
      const at = this.#gpu.kernels.indexOf(kernel.kernel);
      if (at >= 0) this.#gpu.kernels.splice(at, 1);
    }
    this.#made.clear();
  }
}
