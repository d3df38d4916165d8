import { track } from '../../memory.ts';
import type { Running } from '../../soon.ts';
import type { Copy } from '../device.ts';
import type { Handle } from '../gpujs.ts';
import { adjacent, elementsOf, single } from '../layout.ts';
import { sourceOfOne, type KernelSource } from '../source.ts';

const packing = `function (a) {
  const i = this.thread.x * 4;
  return [a[i], a[i + 1], a[i + 2], a[i + 3]];
}`;

const unpacking = `function (a) {
  const i = Math.floor(this.thread.x / 4);
  const channel = this.thread.x - i * 4;
  const v = a[i];
  return channel < 0.5 ? v[0] : (channel < 1.5 ? v[1] : (channel < 2.5 ? v[2] : v[3]));
}`;

/**
 * A texture as a kernel left it: with one element in each texel, or with a vec4 of adjacent
 * elements. The other form is made when a kernel first reads it, because gpu.js reads single
 * elements from a vec4 slowly.
 */
export class Texels implements Handle {
  readonly #made: Handle;
  readonly #size: number;
  readonly #vec4: boolean;
  #other: { readonly handle: Handle; readonly free: () => void } | undefined;

  constructor(made: Handle, { size, layout }: KernelSource) {
    this.#made = made;
    this.#size = size;
    this.#vec4 = elementsOf(layout) > 1;
  }

  /** Returns the texture with a vec4 in each texel, or else with one element. */
  *as(vec4: boolean, copy: Copy): Running<Handle> {
    if (vec4 === this.#vec4) return this.#made;
    if (!this.#other) {
      const size = this.#size;
      const source = vec4 ? sourceOfOne(packing, size, adjacent(size)) : sourceOfOne(unpacking, size, single(size));
      const { handle, free } = yield* copy(source, this.#made);
      this.#other = { handle, free: track(this, 4 * size, free) };
    }
    return this.#other.handle;
  }

  toArray(): Float32Array | Promise<Float32Array> {
    return this.#vec4 ? this.#made.renderValues!().subarray(0, this.#size) : this.#made.toArray();
  }

  delete(): void {
    this.#made.delete();
    this.#other?.free();
    this.#other = undefined;
  }
}
