import { checkCount } from '../graph/checks.ts';
import type { Key } from '../tensor/key.ts';
import { checkOptions } from '../graph/options.ts';
import { showAny } from '../graph/shape.ts';
import { conv2d as convolve, type ConvOptions } from '../tensor/ops/convolution.ts';
import { pairOf, type Pair } from '../tensor/ops/window2d.ts';
import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { affine, checkParameters, type Affine, type AffineOptions } from './affine.ts';

/**
 * Returns the cross-correlation of images x [N, C, H, W] with the weight [O, C / groups, h, w],
 * plus the bias [O]. The result has shape [N, O, H′, W′]. Options, sizes and errors are those of
 * the function `conv2d`: stride 1, padding 0, dilation 1 and one group by default.
 */
export function conv2d(params: Affine, x: TensorLike, options: ConvOptions = {}): Tensor {
  const { weight, bias } = checkParameters('nn.conv2d', ['weight'], params);
  const y = convolve(x, weight, options);
  return bias === undefined ? y : y.add(bias.reshape([bias.size, 1, 1]));
}

/**
 * Returns the parameters of `outputs` filters on `inputs` channels: a weight [outputs, inputs /
 * groups, h, w] and a bias [outputs]. `size` is h = w or [h, w]. Throws unless all these are
 * positive integers and `groups`, 1 by default, divides inputs and outputs.
 */
conv2d.init = (
  key: Key,
  inputs: number,
  outputs: number,
  size: Pair,
  options: AffineOptions & { readonly groups?: number } = {},
): Affine => {
  const name = 'nn.conv2d.init';
  const { groups = 1, ...rest } = checkOptions(name, options, ['weight', 'bias', 'groups']);
  checkCount(name, 'inputs', inputs);
  checkCount(name, 'outputs', outputs);
  checkCount(name, 'groups', groups);
  if (inputs % groups !== 0 || outputs % groups !== 0)
    throw new Error(`${name}: groups must divide ${inputs} inputs and ${outputs} outputs, got ${showAny(groups)}`);
  return affine(name, key, [outputs, inputs / groups, ...pairOf(name, 'size', size, 1)], rest);
};
