import { sizeOf, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { device, type DeviceName } from './current.ts';

/** Whole numbers are exact in float32 up to here, and shaders hold indices so. */
export const largestIndex = 2 ** 24;
/** WebAssembly has 4 GiB, and integers for indices; half of them hold the largest tensor. */
export const largestSize = 2 ** 29;

const most = (on: DeviceName): number =>
  on === 'cpu' || on === 'reference' ? 2 ** 32 : on === 'webasm' ? largestSize : largestIndex;

/** A shape as given, or an error if a device, by default the current one, has no room for a tensor of it. */
export function checkSize(name: string, shape: Shape, on: DeviceName = device()): Shape {
  if (sizeOf(shape) > most(on))
    throw new Error(`${name}: a tensor must have at most ${most(on)} elements on ${on}, got shape ${show(shape)}`);
  return shape;
}
