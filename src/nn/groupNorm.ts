import { checkCount } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { show, showAny } from '../graph/shape.ts';
import { ones, zeros } from '../tensor/create.ts';
import { layerNorm as normalise } from '../tensor/ops/normalization.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { checkParameters, type Affine } from './affine.ts';

export interface GroupNormOptions {
  /**
   * Into how many groups the channels are split; 1 is layer norm over the image, as many as
   * channels instance norm.
   */
  readonly groups: number;
  readonly eps?: number;
}

/**
 * (x − mean) / √(variance + eps) · weight + bias for x [N, C, …], with the mean and variance of
 * each example's groups of channels (Wu and He 2018); weight and bias are of each channel.
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

/** Parameters that change nothing. */
groupNorm.init = (channels: number): Required<Affine> => {
  checkCount('nn.groupNorm.init', 'channels', channels);
  return { weight: ones([channels]), bias: zeros([channels]) };
};
