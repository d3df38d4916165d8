import { checkOptions } from '../../graph/options.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor.ts';

/** x where x > 0, else slope · x; `slope` is 0.01 by default. The derivative at 0 is the slope. */
export function leakyRelu(x: TensorLike, options: { slope?: TensorLike } = {}): Tensor {
  const { slope = 0.01 } = checkOptions('leakyRelu', options, ['slope']);
  const t = asTensor('leakyRelu', x);
  return t.greater(0).where(t, t.mul(slope));
}

/** x where x > 0, else α (e^x − 1); `alpha` is 1 by default. elu′(0) = α. */
export function elu(x: TensorLike, options: { alpha?: TensorLike } = {}): Tensor {
  const { alpha = 1 } = checkOptions('elu', options, ['alpha']);
  const t = asTensor('elu', x);
  const positive = t.greater(0);
  // Where x > 0, the branch that is not chosen computes e^0, because e^x would overflow for large
  // x.
  return positive.where(t, positive.where(0, t).expm1().mul(alpha));
}

/** x σ(x), with σ(x) = 1/(1 + e^{−x}). */
export function silu(x: TensorLike): Tensor {
  const t = asTensor('silu', x);
  return t.mul(t.sigmoid());
}

/**
 * x Φ(x), with the distribution function Φ of the standard normal distribution. This is exact, not
 * the approximation by tanh.
 */
export function gelu(x: TensorLike): Tensor {
  const t = asTensor('gelu', x);
  return t.mul(t.normalCdf());
}
