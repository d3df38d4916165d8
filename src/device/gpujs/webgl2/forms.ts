import type { Handle } from '../gpujs.ts';
import type { Kernels } from '../kernels.ts';
import { track } from '../../memory.ts';

/** Texel sq + r gets the numbers 4sq + r, and three more that lie s apart. */
const packing = (s: number): string => `function (a) {
  const i = this.thread.x + Math.floor((this.thread.x + 0.5) / ${s}) * ${3 * s};
  return [a[i], a[i + ${s}], a[i + ${2 * s}], a[i + ${3 * s}]];
}`;

const unpacking = `function (a) {
  const i = Math.floor(this.thread.x / 4);
  const channel = this.thread.x - i * 4;
  const v = a[i];
  return channel < 0.5 ? v[0] : (channel < 1.5 ? v[1] : (channel < 2.5 ? v[2] : v[3]));
}`;

/**
 * Numbers on webgl2, one or four in a texel, neighbours or some way apart: as the kernel that
 * computed them left them, and in other forms from when a kernel first reads them so. gpu.js itself
 * can read single numbers out of fours, but W3's second convolution (of the benchmark) then takes
 * 73 ms in place of 22.
 */
export class Forms implements Handle {
  readonly #made: Handle;
  readonly #size: number;
  readonly #byFours: boolean;
  readonly #kernels: () => Kernels;
  readonly #others = new Map<number, { readonly handle: Handle; readonly free: () => void }>();

  /** `kernels` keeps those that copy so many numbers. */
  constructor(made: Handle, size: number, byFours: boolean, kernels: () => Kernels) {
    this.#made = made;
    this.#size = size;
    this.#byFours = byFours;
    this.#kernels = kernels;
  }

  get type(): string {
    return this.#made.type;
  }

  /** The texture with four numbers in each texel, so far apart, or with one if that is 0. */
  as(apart: number): Handle {
    if (apart === (this.#byFours ? 1 : 0)) return this.#made;
    const other = this.#others.get(apart) ?? this.#copied(apart);
    this.#others.set(apart, other);
    return other.handle;
  }

  #copied(apart: number): { handle: Handle; free: () => void } {
    const from = apart === 0 ? this.#made : this.as(0);
    const kernels = this.#kernels();
    const release = kernels.lease();
    const [source, lanes] = apart === 0 ? [unpacking, 1] : [packing(apart), 4];
    const [size, sizes] = [this.#size, [this.#size]];
    const kernel = kernels.get({ source, size, lanes, sizes, scalars: 0 }, [from.type]);
    const handle = kernel(from) as Handle;
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
    this.#others.forEach(({ free }) => free());
    this.#others.clear();
  }
}
