import { show } from '../graph/shape.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';

/**
 * Returns the mean of each channel of x [N, C, …] over all further axes, as [N, C]. Throws if x has
 * fewer than three axes.
 */
export function globalAverage(x: TensorLike): Tensor {
  const t = asTensor('nn.globalAverage', x);
  if (t.rank < 3) throw new Error(`nn.globalAverage: x must have shape [N, C, …], got ${show(t.shape)}`);
  return t.mean({ axis: t.shape.map((_, i) => i).slice(2) });
}
