import { sizeOf, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device, type DeviceName } from './current.ts';
import { mostTexels } from './gpujs.ts';

/** Whole numbers are exact in float32 up to here, and shaders hold indices so. */
export const largestIndex = 2 ** 24;

/**
 * How many elements a tensor may have. WebAssembly has 4 GiB, and half of them hold the largest tensor; JavaScript gives an array 4 GiB, of
 * float64 on `reference`.
 */
const most = (on: DeviceName): number =>
  on === 'cpu' ? 2 ** 30 : on === 'webasm' || on === 'reference' ? 2 ** 29 : Math.min(largestIndex, mostTexels(on));

/** A shape as given, or an error if a device, by default the current one, has no room for a tensor of it. */
export function checkSize(name: string, shape: Shape, on: DeviceName = device()): Shape {
  const n = most(on);
  if (sizeOf(shape) > n)
    throw new Error(`${name}: a tensor must have at most ${n} elements on ${on}, got shape ${show(shape)}; use fewer`);
  return shape;
}

/** Throws where indices into an axis are more than float32 counts: everywhere but on `reference`. */
export function checkIndices(name: string, size: number): void {
  if (size > largestIndex && device() !== 'reference')
    throw new Error(
      `${name}: the axis must have at most ${largestIndex} places, as indices are float32, got ${size}; use reference`,
    );
}
