import { laneCount } from './codegen/code.ts';
import type { KernelStep } from './compile.ts';
import { makeKernel, type Gpu, type GpuDevice, type GpuKernel } from './gpujs.ts';
import { readTexels } from './readTexels.ts';
import { returnTiles } from './returnTiles.ts';
import { inTexture } from './texture.ts';

type Asked = Pick<KernelStep, 'source' | 'size' | 'lanes' | 'row' | 'sizes' | 'scalars'>;

/** The gpu.js kernels of a plan, each made when it is first asked for. */
export class Kernels {
  readonly #gpu: Gpu;
  readonly #device: GpuDevice;
  readonly #made = new Map<string, GpuKernel>();
  #leases = 0;
  #closing = false;

  constructor(gpu: Gpu, device: GpuDevice) {
    this.#gpu = gpu;
    this.#device = device;
  }

  /**
   * The kernel of a step, for arrays of gpu.js's types given. The lengths of its arrays count, not only its source: gpu.js writes the
   * sizes of their textures into the shader.
   */
  get(
    { source, size, lanes, row = 0, sizes, scalars }: Asked,
    types: readonly string[] = sizes.map(() => 'Array'),
  ): GpuKernel {
    this.#closing = false;
    const key = `${size};${sizes.join()};${types.join()};${row};${source}`;
    let kernel = this.#made.get(key);
    if (!kernel) {
      const threads = Math.ceil(size / lanes);
      const asked = this.#device === 'webgl2' ? inTexture(source, threads) : { source, output: threads };
      kernel = makeKernel(this.#gpu, this.#device, asked.source, asked.output, types, scalars.length);
      if (this.#device === 'webgl2') readTexels(kernel, sizes);
      if (lanes > laneCount) returnTiles(kernel, lanes, row);
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

  /** Keeps the kernels until the function it returns is called: on WebGL a kernel takes its results with it. */
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
