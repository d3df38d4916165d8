import { checkOptions } from '../../graph/options.ts';
import { show, showAny } from '../../graph/shape.ts';
import * as g from '../../graph/build.ts';
import { asTensor, Tensor, type TensorLike } from '../tensor.ts';
import { scaleOf } from './norm.ts';
import { centred } from './centred.ts';

/** Throws, with `name`, unless eps is a number of at least 0. */
function checkEps(name: string, eps: number): void {
  if (typeof eps !== 'number' || !(eps >= 0))
    throw new Error(`${name}: eps must be a non-negative number, got ${showAny(eps)}`);
}

/**
 * Returns c / √(mean v² + eps), with the mean over the axes. v is c unless given. Where the largest
 * |v| exceeds 1, v is divided by it first, so that no square overflows.
 */
function normalised(c: Tensor, axis: readonly number[], eps: number, v = c): Tensor {
  const most = new Tensor(g.stopGradient(scaleOf(v, axis).node));
  const scale = eps > 0 ? most.maximum(1) : most;
  const spread = v.div(scale).square().mean({ axis, keepDims: true });
  return c.div(scale).mul(spread.add(scale.reciprocal().square().mul(eps)).rsqrt());
}

/**
 * The options of batch normalisation. Tensors have shape [C], one element for each channel; a
 * scalar holds for all channels.
 */
export interface BatchNormOptions {
  /** The mean of each channel; by default that of x. */
  readonly mean?: TensorLike;
  /** The variance of each channel; by default that of x, around its own mean. */
  readonly variance?: TensorLike;
  /** The factor of each channel; by default 1. */
  readonly scale?: TensorLike;
  /** The summand of each channel; by default 0. */
  readonly offset?: TensorLike;
  /** A number, at least 0, that is added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/**
 * Batch normalisation of x [N, C, …]: (x − mean) / √(variance + eps) · scale + offset, with one
 * mean, variance, scale and offset for each channel. Mean and variance of x are taken over all axes
 * but C; the variance divides by their number of elements n. Throws if x has fewer than two axes or
 * if an option's shape is not [C].
 */
export function batchNorm(x: TensorLike, options: BatchNormOptions = {}): Tensor {
  const allowed = ['mean', 'variance', 'scale', 'offset', 'eps'] as const;
  const { mean, variance, scale, offset, eps = 1e-5 } = checkOptions('batchNorm', options, allowed);
  const t = asTensor('batchNorm', x);
  if (t.rank < 2) throw new Error(`batchNorm: x must have shape [N, C, …], got ${show(t.shape)}`);
  checkEps('batchNorm', eps);
  const channels = t.shape[1]!;
  const perChannel = (what: string, p: TensorLike): Tensor => {
    const s = asTensor('batchNorm', p);
    if (s.rank > 0 && (s.rank !== 1 || s.shape[0] !== channels))
      throw new Error(`batchNorm: ${what} must have shape [${channels}], got ${show(s.shape)}`);
    return s.rank === 0 ? s : s.reshape([channels, ...t.shape.slice(2).map(() => 1)]);
  };
  const others = { axis: t.shape.map((_, i) => i).filter((i) => i !== 1), keepDims: true };
  const c = mean === undefined ? centred(t, others) : t.sub(perChannel('mean', mean));
  const y =
    variance === undefined
      ? normalised(c, others.axis, eps, centred(t, others))
      : c.mul(perChannel('variance', variance).add(eps).rsqrt());
  const scaled = scale === undefined ? y : y.mul(perChannel('scale', scale));
  return offset === undefined ? scaled : scaled.add(perChannel('offset', offset));
}

/**
 * Layer normalisation: (x − mean) / √(variance + eps), with mean and variance over the last axis.
 * The variance divides by the axis's size n; `eps` is 1e-5 by default. Throws for a scalar.
 */
export function layerNorm(x: TensorLike, options: { eps?: number } = {}): Tensor {
  const { eps = 1e-5 } = checkOptions('layerNorm', options, ['eps']);
  const t = asTensor('layerNorm', x);
  if (t.rank === 0) throw new Error('layerNorm: x must have an axis, got a scalar');
  checkEps('layerNorm', eps);
  return normalised(centred(t, { axis: -1 }), [t.rank - 1], eps);
}
