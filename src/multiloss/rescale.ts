import type { Tensor } from '../tensor/tensor.ts';
import { stopGradient } from '../tensor/transforms/stopGradient.ts';

/** Returns m with 1 where it is 0 or not finite, as a constant to differentiation. */
const orOne = (m: Tensor): Tensor => stopGradient(m.greater(0).and(m.isFinite()).where(m, 1));

/**
 * Returns the largest |x| over the axes, which remain with size 1, or over all axes. It is 1 where
 * that is 0 or not finite, so that x can be divided by it before it is squared. It is a constant to
 * differentiation.
 */
export function magnitude(x: Tensor, axis?: readonly number[]): Tensor {
  if (x.size === 0) return x.sum(axis ? { axis, keepDims: true } : {}).add(1);
  return orOne(x.abs().max(axis ? { axis, keepDims: true } : {}));
}

/**
 * Returns the magnitude of each lane as [m, 1]. The last axis is reduced last, because a device
 * handles several adjacent elements at once when it reduces the other axes.
 */
export function magnitudes(lanes: Tensor): Tensor {
  const [m, ...rest] = lanes.shape as [number, ...number[]];
  if (lanes.size === 0) return magnitude(lanes.reshape([m, 0]), [1]);
  const middle = rest.slice(0, -1).map((_, a) => a + 1);
  const columns = lanes.abs().max({ axis: middle });
  return orOne(columns.reshape([m, columns.size / m]).max({ axis: 1, keepDims: true }));
}

/**
 * Returns the least power of two that is not below n, and at least 1. Multiplication by it or by
 * its reciprocal is exact.
 */
export const powerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));

/**
 * Returns x ‖other‖/‖x‖, x scaled to the norm of `other`, without squares that overflow or
 * underflow. A zero x stays zero. The factor is a constant to differentiation.
 */
export function withNormOf(x: Tensor, other: Tensor): Tensor {
  const [sx, so] = [magnitude(x), magnitude(other)];
  const root = (t: Tensor, scale: Tensor): Tensor => t.div(scale).square().sum().sqrt();
  const [rx, ro] = [root(x, sx), root(other, so)];
  const zero = rx.equal(0);
  const ratio = stopGradient(zero.where(0, ro.div(zero.where(1, rx))));
  return x.div(sx).mul(ratio).mul(so);
}
