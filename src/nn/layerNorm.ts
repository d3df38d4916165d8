import { checkCount } from '../graph/checks.ts';
import { show } from '../graph/shape.ts';
import { ones, zeros } from '../tensor/create.ts';
import { layerNorm as normalise } from '../tensor/ops/normalization.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { checkParameters, type Affine } from './affine.ts';

/**
 * Layer normalisation (Ba et al. 2016): (x − mean) / √(variance + eps) · weight + bias for x […,
 * features], with mean and variance over the last axis. The variance divides by the number of
 * features; `eps` is 1e-5 by default. Weight and bias have shape [features]. Throws if x has
 * another number of features.
 */
export function layerNorm(params: Required<Affine>, x: TensorLike, options: { readonly eps?: number } = {}): Tensor {
  const { weight, bias } = checkParameters('nn.layerNorm', ['weight', 'bias'], params);
  const t = asTensor('nn.layerNorm', x);
  if (t.shape.at(-1) !== weight.size)
    throw new Error(`nn.layerNorm: x must have shape […, ${weight.size}], got ${show(t.shape)}`);
  return normalise(t, options).mul(weight).add(bias);
}

/**
 * Returns parameters for which only the normalisation acts: weight 1 and bias 0, [features] each.
 * Throws unless `features` is a positive integer.
 */
layerNorm.init = (features: number): Required<Affine> => {
  checkCount('nn.layerNorm.init', 'features', features);
  return { weight: ones([features]), bias: zeros([features]) };
};
