import { sizeOf, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { checkCounted, largestIndex } from '../kernel/largestIndex.ts';
import { device, type DeviceName } from './current.ts';

/** What a device turned out to have room for, where that is known once it is open. */
const found = new Map<DeviceName, number>();

/** Notes that a tensor can have at most n elements on a device. */
export const limitTo = (on: DeviceName, n: number): unknown => found.set(on, n);

/**
 * How many elements a tensor may have. WebAssembly has 4 GiB, and half of them hold the largest
 * tensor; JavaScript gives an array 4 GiB, of float64 on `reference`.
 */
const most = (on: DeviceName): number =>
  on === 'cpu'
    ? 2 ** 30
    : on === 'webasm' || on === 'reference'
      ? 2 ** 29
      : Math.min(largestIndex, found.get(on) ?? Infinity);

/**
 * A shape as given, or an error if a device, by default the current one, has no room for a tensor
 * of it.
 */
export function checkSize(name: string, shape: Shape, on: DeviceName = device()): Shape {
  const n = most(on);
  if (sizeOf(shape) > n)
    throw new Error(`${name}: a tensor must have at most ${n} elements on ${on}, got shape ${show(shape)}; use fewer`);
  return shape;
}

/**
 * Throws where indices into an axis are more than float32 counts: everywhere but on `reference`.
 */
export function checkIndices(name: string, size: number): void {
  if (device() !== 'reference') checkCounted(name, size);
}
