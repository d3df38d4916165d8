import { vjp } from '../../autodiff/vjp.ts';
import * as g from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { show, showAny } from '../../graph/shape.ts';
import { newShape } from '../newShape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { checkImages, padImages, pairOf, slide, type Pair } from './window2d.ts';

/**
 * The options of a convolution. A pair is one number for both axes of the images, or [height,
 * width].
 */
export interface ConvOptions {
  /** The distance between windows; 1 by default. */
  readonly stride?: Pair;
  /** The number of zeros on each side of the images; 0 by default. */
  readonly padding?: Pair;
  /** The distance between the elements of a window; 1 by default. */
  readonly dilation?: Pair;
  /**
   * The number of groups that channels and filters are split into, in their order; 1 by default.
   * The filters of a group see only the channels of that group.
   */
  readonly groups?: number;
}

const optionNames = ['stride', 'padding', 'dilation', 'groups'] as const;

/** Throws unless w has shape [O, C / groups, h, w] with h, w ≥ 1 and `groups` divides O. */
function checkFilters(name: string, w: Node, groups: number): void {
  if (w.shape.length !== 4) throw new Error(`${name}: filters must have rank 4, got shape ${show(w.shape)}`);
  if (w.shape.slice(2).some((d) => d < 1))
    throw new Error(`${name}: filters must not be empty, got shape ${show(w.shape)}`);
  if (!Number.isInteger(groups) || groups < 1 || w.shape[0]! % groups !== 0)
    throw new Error(`${name}: groups must divide the ${w.shape[0]} filters, got ${showAny(groups)}`);
}

/**
 * Does the work of `conv2d`, for images and filters whose ranks have been checked. Throws, with
 * `name`, if the channels, the options or the window do not fit.
 */
function convolve(
  name: string,
  x: Node,
  w: Node,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvOptions,
): Node {
  const [n, channels] = x.shape as [number, number];
  const [filters, depth, h, v] = w.shape as [number, number, number, number];
  if (channels !== depth * groups)
    throw new Error(
      `${name}: images and filters must agree in channels, got ${show(x.shape)} and ${show(w.shape)} in ${groups} groups`,
    );
  const padded = padImages(x, pairOf(name, 'padding', padding, 0));
  const windows = slide(name, padded, [h, v], pairOf(name, 'stride', stride, 1), pairOf(name, 'dilation', dilation, 1));
  const [, , rows, columns] = windows.shape as [number, number, number, number];
  // The product of [groups, filters, depth, h, w] and [groups, N, H′, W′, depth, h, w] is [groups,
  // filters, N, H′, W′].
  const patches = g.permute(g.reshape(windows, [n, groups, depth, rows, columns, h, v]), [1, 0, 3, 4, 2, 5, 6]);
  const grouped = g.reshape(w, [groups, filters / groups, depth, h, v]);
  const y = g.contract(grouped, patches, 1, 3);
  return g.reshape(g.permute(y, [2, 0, 1, 3, 4]), newShape(name, [n, filters, rows, columns]));
}

/**
 * 2-d cross-correlation y[n, o, i, j] = Σ_{c, p, q} w[o, c, p, q] x[n, c, i · stride + p · dilation
 * − padding, …] of images x [N, C, H, W] with filters w [O, C / groups, h, w]; x is 0 outside the
 * images. The result has shape [N, O, H′, W′], H′ = ⌊(H + 2 · padding − (h − 1) · dilation −
 * 1)/stride⌋ + 1, and W′ likewise. Throws if channels do not agree, if `groups` does not divide the
 * filters, or if a window does not fit into the padded images.
 */
export function conv2d(x: TensorLike, w: TensorLike, options: ConvOptions = {}): Tensor {
  checkOptions('conv2d', options, optionNames);
  const [images, filters] = [checkImages('conv2d', nodeOf('conv2d', x)), nodeOf('conv2d', w)];
  checkFilters('conv2d', filters, options.groups ?? 1);
  return new Tensor(convolve('conv2d', images, filters, options));
}

/**
 * The transpose of `conv2d` with the same options: the linear map that takes cotangents of its
 * result to cotangents of its images. It maps x [N, O, H, W] and filters w [O, C / groups, h, w] to
 * [N, C, H′, W′], H′ = (H − 1) · stride − 2 · padding + (h − 1) · dilation + 1 + outputPadding.
 * `outputPadding` adds rows and columns at the end, by default 0. Throws if it is neither 0 nor
 * less than the stride or the dilation, if channels do not agree, or if H′ or W′ is below 1.
 */
export function convTranspose2d(
  x: TensorLike,
  w: TensorLike,
  given: ConvOptions & { readonly outputPadding?: Pair } = {},
): Tensor {
  const name = 'convTranspose2d';
  const { outputPadding = 0, ...options } = checkOptions(name, given, [...optionNames, 'outputPadding']);
  const [images, filters] = [checkImages(name, nodeOf(name, x)), nodeOf(name, w)];
  const { groups = 1 } = options;
  checkFilters(name, filters, groups);
  if (images.shape[1] !== filters.shape[0])
    throw new Error(
      `${name}: images and filters must agree in channels, got ${show(images.shape)} and ${show(filters.shape)}`,
    );
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const padding = pairOf(name, 'padding', options.padding ?? 0, 0);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  const extra = pairOf(name, 'outputPadding', outputPadding, 0);
  if (extra.some((e, i) => e > 0 && e >= Math.max(stride[i]!, dilation[i]!)))
    throw new Error(
      `${name}: outputPadding must be less than the stride or the dilation, got ${showAny(outputPadding)}`,
    );
  const size = [0, 1].map(
    (i) =>
      (images.shape[i + 2]! - 1) * stride[i]! -
      2 * padding[i]! +
      (filters.shape[i + 2]! - 1) * dilation[i]! +
      1 +
      extra[i]!,
  );
  if (size.some((d) => d < 1)) throw new Error(`${name}: padding must leave an image, got size ${show(size)}`);
  const z = g.leaf([images.shape[0]!, filters.shape[1]! * groups, ...size]);
  const y = convolve(name, z, filters, options);
  // With an outputPadding beyond the stride the forward convolution has rows or columns that the
  // images do not reach. They are zero.
  return new Tensor(vjp([y], [z], [g.extend(images, y.shape)])[0]!);
}
