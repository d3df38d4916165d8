import { sizeOf, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device, type DeviceName } from './current.ts';
import { mostTexels } from './gpujs.ts';

/** Whole numbers are exact in float32 up to here, and shaders hold indices so. */
export const largestIndex = 2 ** 24;

/** How many elements a tensor may have on a device. */
function most(on: DeviceName): number {
  // WebAssembly has 4 GiB, and half of them hold the largest tensor; JavaScript gives an array 4 GiB, of float64 on `reference`.
  if (on === 'webasm' || on === 'reference') return 2 ** 29;
  return on === 'cpu' ? 2 ** 30 : Math.min(largestIndex, mostTexels(on));
}

/** What to do about a limit of one device. */
const instead = (on: DeviceName): string => (most(on) < 2 ** 29 ? '; use fewer, or webasm or cpu' : '; use fewer');

/** A shape as given, or an error if a device, by default the current one, has no room for a tensor of it. */
export function checkSize(name: string, shape: Shape, on: DeviceName = device()): Shape {
  if (sizeOf(shape) > most(on))
    throw new Error(
      `${name}: a tensor must have at most ${most(on)} elements on ${on}, got shape ${show(shape)}${instead(on)}`,
    );
  return shape;
}

/** Throws where indices into an axis are more than float32 counts: everywhere but on `reference`. */
export function checkIndices(name: string, size: number, on: DeviceName = device()): void {
  if (size > largestIndex && on !== 'reference')
    throw new Error(
      `${name}: the axis must have at most ${largestIndex} places, as indices are float32, got ${size}; ` +
        'divide the axis, or use reference',
    );
}
