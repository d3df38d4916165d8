import type { Handle } from './gpujs.ts';
import type { Kernels } from './kernels.ts';
import { track } from './memory.ts';

const packing = 'function (a) { const i = this.thread.x * 4; return [a[i], a[i + 1], a[i + 2], a[i + 3]]; }';

const unpacking = `function (a) {
  const i = Math.floor(this.thread.x / 4);
  const channel = this.thread.x - i * 4;
  const v = a[i];
  return channel < 0.5 ? v[0] : (channel < 1.5 ? v[1] : (channel < 2.5 ? v[2] : v[3]));
}`;

/**
 * Numbers on webgl2, one or four in a texel: as the kernel that computed them left them, and in the other form from when a kernel first
 * reads them so. gpu.js itself can read single numbers out of fours, but W3's second convolution (of the benchmark) then takes 73 ms in
 * place of 22.
 */
export class TwoForms implements Handle {
  readonly #made: Handle;
  readonly #size: number;
  readonly #byFours: boolean;
  readonly #kernels: () => Kernels;
  #other: { readonly handle: Handle; readonly free: () => void } | undefined;

  /** `kernels` keeps the two that copy so many numbers. */
  constructor(made: Handle, size: number, byFours: boolean, kernels: () => Kernels) {
    this.#made = made;
    this.#size = size;
    this.#byFours = byFours;
    this.#kernels = kernels;
  }

  get type(): string {
    return this.#made.type;
  }

  /** The texture with four numbers in each texel, or with one. */
  as(byFours: boolean): Handle {
    if (byFours === this.#byFours) return this.#made;
    return (this.#other ??= this.#copied()).handle;
  }

  #copied(): { handle: Handle; free: () => void } {
    const kernels = this.#kernels();
    const release = kernels.lease();
    const [source, lanes] = this.#byFours ? [unpacking, 1] : [packing, 4];
    const [size, sizes] = [this.#size, [this.#size]];
    const kernel = kernels.get({ source, size, lanes, sizes, scalars: [] }, [this.type]);
    const handle = kernel(this.#made) as Handle;
    const free = track(this, 4 * size, () => {
      handle.delete();
      release();
    });
    return { handle, free };
  }

  toArray(): Float32Array | Promise<Float32Array> {
    const texels = this.#made.renderValues!();
    return this.#byFours
      ? texels.subarray(0, this.#size)
      : Float32Array.from({ length: this.#size }, (_, i) => texels[4 * i]!);
  }

  delete(): void {
    this.#made.delete();
    this.#other?.free();
    this.#other = undefined;
  }
}
