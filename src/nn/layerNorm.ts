import { checkCount } from '../graph/checks.ts';
import { show } from '../graph/shape.ts';
import { ones, zeros } from '../tensor/create.ts';
import { layerNorm as normalise } from '../tensor/ops/normalization.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { checkParameters, type Affine } from './affine.ts';

/**
 * Layer normalisation (Ba et al. 2016): (x − mean) / √(variance + eps) · weight + bias, with mean
 * and variance over the last axis; eps is 1e-5 by default.
 */
export function layerNorm(params: Required<Affine>, x: TensorLike, options: { readonly eps?: number } = {}): Tensor {
  const { weight, bias } = checkParameters('nn.layerNorm', ['weight', 'bias'], params);
  const t = asTensor('nn.layerNorm', x);
  if (t.shape.at(-1) !== weight.size)
    throw new Error(`nn.layerNorm: x must have shape […, ${weight.size}], got ${show(t.shape)}`);
  return normalise(t, options).mul(weight).add(bias);
}

/** Parameters for which only the normalisation acts: weight 1 and bias 0. */
layerNorm.init = (features: number): Required<Affine> => {
  checkCount('nn.layerNorm.init', 'features', features);
  return { weight: ones([features]), bias: zeros([features]) };
};
