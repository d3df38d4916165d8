import { checkCount } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { show } from '../graph/shape.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { einsum } from '../tensor/ops/einsum.ts';
import { split } from '../tensor/split.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { vmap } from '../tensor/transforms/vmap.ts';
import { affine, checkParameters, type Affine, type AffineOptions } from './affine.ts';

/**
 * Returns the affine map x Wᵀ + b of x […, inputs], for a weight W [outputs, inputs] and a bias b
 * [outputs]: shape […, outputs]. With W [lanes, outputs, inputs] and b [lanes, outputs], each lane
 * of x [lanes, …, inputs] has a layer of its own; one contraction computes all. Throws if the
 * shapes do not fit.
 */
export function linear(params: Affine, x: TensorLike): Tensor {
  const name = 'nn.linear';
  const { weight, bias } = checkParameters(name, ['weight'], params);
  const [t, w] = [asTensor(name, x), asTensor(name, weight)];
  const lanes = w.rank === 3;
  if (w.rank !== 2 && !lanes)
    throw new Error(
      `${name}: weight must have shape [outputs, inputs] or [lanes, outputs, inputs], got ${show(w.shape)}`,
    );
  if (t.rank < (lanes ? 2 : 1) || t.shape.at(-1) !== w.shape.at(-1) || (lanes && t.shape[0] !== w.shape[0]))
    throw new Error(
      `${name}: x must have shape [${lanes ? `${w.shape[0]}, ` : ''}…, ${w.shape.at(-1)}] for weight ${show(w.shape)}, got ${show(t.shape)}`,
    );
  const y = lanes ? einsum('l...i,loi->l...o', t, w) : t.matmul(w.transpose());
  if (bias === undefined) return y;
  return y.add(lanes ? bias.reshape([w.shape[0]!, ...t.shape.slice(2).map(() => 1), w.shape[1]!]) : bias);
}

/**
 * Returns the parameters of a layer from `inputs` to `outputs` features: a weight [outputs, inputs]
 * and a bias [outputs]. With the option `lanes`, returns those of so many layers, with a further
 * first axis. Throws unless all these are positive integers.
 */
linear.init = (
  key: Key,
  inputs: number,
  outputs: number,
  options: AffineOptions & { readonly lanes?: number } = {},
): Affine => {
  const name = 'nn.linear.init';
  const { lanes, ...rest } = checkOptions(name, options, ['weight', 'bias', 'lanes']);
  checkCount(name, 'inputs', inputs);
  checkCount(name, 'outputs', outputs);
  const one = (k: Key): Affine => affine(name, k, [outputs, inputs], rest);
  if (lanes === undefined) return one(key);
  checkCount(name, 'lanes', lanes);
  return vmap(one)(split(checkKey(name, key), lanes));
};
