import { checkCount } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { show, showAny } from '../graph/shape.ts';
import { ones, zeros } from '../tensor/create.ts';
import { layerNorm as normalise } from '../tensor/ops/normalization.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { checkParameters, type Affine } from './affine.ts';

export interface GroupNormOptions {
  /**
   * The number of groups that the channels are split into. One group is layer norm over the image,
   * one for each channel is instance norm.
   */
  readonly groups: number;
  readonly eps?: number;
}

/**
 * Group normalisation (Wu and He 2018): (x − mean) / √(variance + eps) · weight + bias for x [N, C,
 * …]. Mean and variance are those of each group of channels in each example; weight and bias are
 * one number for each channel.
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
  const y = normalise(t.reshape([t.shape[0]!, groups, t.size / (t.shape[0]! * groups)]), rest).reshape(t.shape);
  const each = [channels, ...t.shape.slice(2).map(() => 1)];
  return y.mul(weight.reshape(each)).add(bias.reshape(each));
}

/** Parameters for which only the normalisation acts: weight 1 and bias 0. */
groupNorm.init = (channels: number): Required<Affine> => {
  checkCount('nn.groupNorm.init', 'channels', channels);
  return { weight: ones([channels]), bias: zeros([channels]) };
};
