import * as g from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { show, showAny } from '../../graph/shape.ts';

/** One number for both axes of an image, or [height, width]. */
export type Pair = number | readonly [number, number];

/**
 * Returns the option `value` as a pair of integers. Throws, with `name`, unless it is an integer
 * from `least` on, or two of them.
 */
export function pairOf(name: string, option: string, value: Pair, least: number): readonly [number, number] {
  const pair = typeof value === 'number' ? ([value, value] as const) : value;
  if (!Array.isArray(pair) || pair.length !== 2 || pair.some((n) => !Number.isInteger(n) || n < least))
    throw new Error(`${name}: ${option} must be an integer from ${least} on, or two of them, got ${showAny(value)}`);
  return pair as readonly [number, number];
}

/** Returns x. Throws, with `name`, unless its shape is [N, C, H, W]. */
export function checkImages(name: string, x: Node): Node {
  if (x.shape.length !== 4) throw new Error(`${name}: images must have shape [N, C, H, W], got ${show(x.shape)}`);
  return x;
}

/** Returns images [N, C, H, W] with h rows and w columns of `value` on each side. */
export function padImages(x: Node, [h, w]: readonly [number, number], value = 0): Node {
  if (h === 0 && w === 0) return x;
  const put = (n: Node): Node => g.pad(n, [0, 0, h, w], [0, 0, h, w]);
  return value === 0 ? put(x) : g.where(put(g.full(x.shape, 1)), put(x), g.constant(value));
}

/**
 * Returns the windows of images [N, C, H, W] as [N, C, H′, W′, h, w], where `size` is [h, w].
 * Windows begin at multiples of `stride`, and their elements are `dilation` apart. Throws, with
 * `name`, if a window does not fit into the images.
 */
export function slide(
  name: string,
  x: Node,
  size: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number] = [1, 1],
): Node {
  const reach = size.map((n, i) => (n - 1) * dilation[i]! + 1);
  const image = x.shape.slice(2);
  if (reach.some((n, i) => n > image[i]!))
    throw new Error(`${name}: a window of ${show(reach)} must fit the padded image, got ${show(image)}`);
  const rows = g.window(x, 2, size[0], stride[0], dilation[0]);
  return g.window(rows, 3, size[1], stride[1], dilation[1]);
}
