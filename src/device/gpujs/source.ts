import type { Layout } from './layout.ts';
import type { Printed } from './print.ts';

/** gpu.js is given this of a kernel, and how its threads lie on the result. */
export interface KernelSource extends Printed {
  readonly layout: Layout;
  /** The result has so many elements. */
  readonly size: number;
  /** Sources of one key make one kernel. */
  readonly key: string;
}

/**
 * Makes the source of a kernel that reads arrays of the sizes given. These are a part of the key,
 * since gpu.js writes the sizes of their textures into a shader.
 */
export const sourceOf = (printed: Printed, sizes: readonly number[], size: number, layout: Layout): KernelSource => ({
  ...printed,
  layout,
  size,
  key: `${size};${sizes.join()};${layout.row};${printed.text}`,
});

/** Makes the source of a kernel that reads one array and computes as many elements as it has. */
export const sourceOfOne = (text: string, size: number, layout: Layout): KernelSource =>
  sourceOf({ text, vec4: [false], numbers: [] }, [size], size, layout);
