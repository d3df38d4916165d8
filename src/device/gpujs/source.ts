import type { Layout } from './layout.ts';
import type { Printed } from './print.ts';

/** The source of a kernel for gpu.js, and the layout of its threads. */
export interface KernelSource extends Printed {
  readonly layout: Layout;
  /** The number of elements of the result. */
  readonly size: number;
  /** Sources with equal keys make one kernel. */
  readonly key: string;
}

/**
 * Makes the source of a kernel that reads arrays of the given sizes. The sizes are part of the key,
 * because gpu.js writes the sizes of textures into a shader.
 */
export const sourceOf = (printed: Printed, sizes: readonly number[], size: number, layout: Layout): KernelSource => ({
  ...printed,
  layout,
  size,
  key: `${size};${sizes.join()};${layout.row};${printed.text}`,
});

/** Makes the source of a kernel that reads one array and computes the same number of elements. */
export const sourceOfOne = (text: string, size: number, layout: Layout): KernelSource =>
  sourceOf({ text, vec4: [false], numbers: [] }, [size], size, layout);
