import { sizeOf, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { checkCounted, largestIndex } from '../kernel/largestIndex.ts';
import { device, type DeviceName } from './current.ts';

/** Some devices say how many elements they can hold once they are open; it is kept here. */
const found = new Map<DeviceName, number>();

/** Notes that a tensor can have at most n elements on a device. */
export const limitTo = (on: DeviceName, n: number): unknown => found.set(on, n);

/**
 * Returns how many elements a tensor may have. WebAssembly has 4 GiB, and half of them hold the
 * largest tensor; JavaScript gives an array 4 GiB, of float64 on `reference`.
 */
const most = (on: DeviceName): number =>
  on === 'cpu'
    ? 2 ** 30
    : on === 'webasm' || on === 'reference'
      ? 2 ** 29
      : Math.min(largestIndex, found.get(on) ?? Infinity);

/**
 * Returns the shape as given. Throws if a device, by default the current one, cannot hold a tensor
 * of it.
 */
export function checkSize(name: string, shape: Shape, on: DeviceName = device()): Shape {
  const n = most(on);
  if (sizeOf(shape) > n)
    throw new Error(`${name}: a tensor must have at most ${n} elements on ${on}, got shape ${show(shape)}; use fewer`);
  return shape;
}

/**
 * Throws if an axis has more places than float32 can count; `reference`, which has float64, takes
 * any.
 */
export function checkIndices(name: string, size: number): void {
  if (device() !== 'reference') checkCounted(name, size);
}
