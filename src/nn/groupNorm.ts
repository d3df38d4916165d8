import { checkCount } from '../graph/checks.ts';
import { sizeOf } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import { show, showAny } from '../graph/shape.ts';
import { ones, zeros } from '../tensor/create.ts';
import { layerNorm as normalise } from '../tensor/ops/normalization.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { checkParameters, type Affine } from './affine.ts';

/** The options of group normalisation. */
export interface GroupNormOptions {
  /**
   * The number of groups that the channels are split into, which must divide their number. One
   * group is layer normalisation over the image, one for each channel is instance normalisation.
   */
  readonly groups: number;
  /** A number, at least 0, that is added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/**
 * Group normalisation (Wu and He 2018): (x − mean) / √(variance + eps) · weight + bias for x [N, C,
 * …]. Mean and variance are those of each group of adjacent channels in each example; the variance
 * divides by their number of elements n. Weight and bias have shape [C]. Throws if the number of
 * channels does not fit.
 */
export function groupNorm(params: Required<Affine>, x: TensorLike, options: GroupNormOptions): Tensor {
  const name = 'nn.groupNorm';
  const { weight, bias } = checkParameters(name, ['weight', 'bias'], params);
  const { groups, ...rest } = checkOptions(name, options, ['groups', 'eps']);
  const channels = weight.size;
  checkCount(name, 'groups', groups);
  if (channels % groups !== 0)
    throw new Error(`${name}: groups must divide ${channels} channels, got ${showAny(groups)}`);
  const t = asTensor(name, x);
  if (t.rank < 2 || t.shape[1] !== channels)
    throw new Error(`${name}: x must have shape [N, ${channels}, …], got ${show(t.shape)}`);
  const grouped = [t.shape[0]!, groups, sizeOf(t.shape.slice(1)) / groups];
  const y = normalise(t.reshape(grouped), rest).reshape(t.shape);
  const each = [channels, ...t.shape.slice(2).map(() => 1)];
  return y.mul(weight.reshape(each)).add(bias.reshape(each));
}

/**
 * Returns parameters for which only the normalisation acts: weight 1 and bias 0, [channels] each.
 * Throws unless `channels` is a positive integer.
 */
groupNorm.init = (channels: number): Required<Affine> => {
  checkCount('nn.groupNorm.init', 'channels', channels);
  return { weight: ones([channels]), bias: zeros([channels]) };
};
