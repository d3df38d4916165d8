import * as g from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { show } from '../../graph/shape.ts';
import { asTensor, nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { argMax } from './reduce.ts';
import { checkImages, padImages, pairOf, slide, type Pair } from './window2d.ts';

/** The options of pooling. A pair is one number for both axes of the images, or [height, width]. */
export interface PoolOptions {
  /** The size of a window. */
  readonly size: Pair;
  /** The distance between windows; by default the size. */
  readonly stride?: Pair;
  /** The number of rows and columns added on each side, at most half the size; 0 by default. */
  readonly padding?: Pair;
}

/**
 * Returns the windows of images x [N, C, H, W], padded with `outside`: a node [N, C, H′, W′, window
 * elements]. Throws, with `name`, if x has another rank or the options do not fit.
 */
function pool(name: string, x: TensorLike, options: PoolOptions, outside: number): Node {
  const { size, stride = size, padding = 0 } = checkOptions(name, options, ['size', 'stride', 'padding']);
  const images = checkImages(name, nodeOf(name, x));
  const window = pairOf(name, 'size', size, 1);
  const around = pairOf(name, 'padding', padding, 0);
  if (around.some((p, i) => 2 * p > window[i]!))
    throw new Error(`${name}: padding must be at most half the size, got ${show(around)} and ${show(window)}`);
  const y = slide(name, padImages(images, around, outside), window, pairOf(name, 'stride', stride, 1));
  return g.reshape(y, [...y.shape.slice(0, 4), window[0] * window[1]]);
}

/**
 * The maximum of each window of images x [N, C, H, W]; it is NaN if the window holds NaN. The
 * result has shape [N, C, H′, W′], H′ = ⌊(H + 2 · padding − size)/stride⌋ + 1, and W′ likewise.
 * Padding counts as −∞. Of equal maxima the first receives the derivative. Throws if a window does
 * not fit into the padded images or if the padding exceeds half the size.
 */
export function maxPool2d(x: TensorLike, options: PoolOptions): Tensor {
  const images = asTensor('maxPool2d', x);
  const all = new Tensor(pool('maxPool2d', images, options, -Infinity));
  // A −∞ of the image takes precedence over one of the padding.
  const inside = new Tensor(pool('maxPool2d', new Tensor(g.full(images.shape, 1)), options, 0));
  const largest = all.equal(all.max({ axis: 4, keepDims: true })).or(all.isNaN());
  const place = argMax(options.padding ? largest.and(inside) : all, { axis: 4, keepDims: true });
  return new Tensor(g.squeeze(g.gather(all.node, place.node, 4), [4]));
}

/**
 * The mean of each window of images x [N, C, H, W], where padding counts as zeros. Shapes and
 * errors are those of `maxPool2d`.
 */
export function avgPool2d(x: TensorLike, options: PoolOptions): Tensor {
  return new Tensor(pool('avgPool2d', x, options, 0)).mean({ axis: -1 });
}
