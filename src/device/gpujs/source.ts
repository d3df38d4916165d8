import type { Layout } from './layout.ts';
import type { Printed } from './print.ts';

/** A kernel as gpu.js is given it. */
export interface KernelSource extends Printed {
  readonly layout: Layout;
  /** The number of elements of the result. */
  readonly size: number;
  /** Sources of one key make one kernel. */
  readonly key: string;
}

/**
 * The source of a kernel that reads arrays of the sizes given. They are a part of the key, since
 * gpu.js writes the sizes of their textures into a shader.
 */
export const sourceOf = (printed: Printed, sizes: readonly number[], size: number, layout: Layout): KernelSource => ({
  ...printed,
  layout,
  size,
  key: `${size};${sizes.join()};${layout.row};${printed.text}`,
});

/** The source of a kernel that makes as many elements of one array as it has. */
export const sourceOfOne = (text: string, size: number, layout: Layout): KernelSource =>
  sourceOf({ text, vec4: [false], numbers: [] }, [size], size, layout);
