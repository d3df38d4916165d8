import { sizeOf, type Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { checkCounted, largestIndex } from '../kernel/largestIndex.ts';
import { device, type DeviceName } from './current.ts';

/** The maximum number of elements of a tensor, for devices that report it once they are open. */
const found = new Map<DeviceName, number>();

/** Sets the maximum number of elements of a tensor on a device. */
export const limitTo = (on: DeviceName, n: number): unknown => found.set(on, n);

/**
 * Returns the maximum number of elements of a tensor. WebAssembly has 4 GiB, and a tensor may take
 * half of them. A JavaScript array may take 4 GiB; on `reference` it holds float64.
 */
const most = (on: DeviceName): number =>
  on === 'cpu'
    ? 2 ** 30
    : on === 'webasm' || on === 'reference'
      ? 2 ** 29
      : Math.min(largestIndex, found.get(on) ?? Infinity);

/**
 * Returns the shape as given. Throws if it has more elements than a tensor may have on a device, by
 * default the current one.
 */
export function checkSize(name: string, shape: Shape, on: DeviceName = device()): Shape {
  const n = most(on);
  if (sizeOf(shape) > n)
    throw new Error(`${name}: a tensor must have at most ${n} elements on ${on}, got shape ${show(shape)}; use fewer`);
  return shape;
}

/**
 * Throws if an axis has more places than float32 counts exactly. On `reference`, which has float64,
 * it never throws.
 */
export function checkIndices(name: string, size: number): void {
  if (device() !== 'reference') checkCounted(name, size);
}
