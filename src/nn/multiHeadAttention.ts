import { checkCount } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { show, showAny } from '../graph/shape.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { split } from '../tensor/split.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { affine, type Affine, type AffineOptions } from './affine.ts';
import { attention, type AttentionOptions } from './attention.ts';
import { xavierUniform } from './init/xavierUniform.ts';
import { zeros } from './init/zeros.ts';
import { linear } from './linear.ts';

/** The parameters of the four projections. */
export interface MultiHeadAttention {
  readonly query: Affine;
  readonly key: Affine;
  readonly value: Affine;
  readonly output: Affine;
}

export interface MultiHeadOptions extends AttentionOptions {
  /** The number of heads that share the features. */
  readonly heads: number;
  /** The source of keys and values, […, m, size]; by default x itself. */
  readonly context?: TensorLike;
}

/**
 * Multi-head attention of x […, n, size] to itself or to a context (Vaswani et al. 2017, Section
 * 3.2.2). Projected queries, keys and values are split into heads of size / heads features, each
 * head attends separately, and the concatenated results are projected. A mask broadcasts to […,
 * heads, n, m].
 */
export function multiHeadAttention(params: MultiHeadAttention, x: TensorLike, options: MultiHeadOptions): Tensor {
  const name = 'nn.multiHeadAttention';
  const { heads, context = x, ...rest } = checkOptions(name, options, ['heads', 'context', 'causal', 'mask']);
  checkCount(name, 'heads', heads);
  const t = asTensor(name, x);
  const size = t.shape.at(-1)!;
  if (t.rank < 2) throw new Error(`${name}: x must have shape […, n, size], got ${show(t.shape)}`);
  if (size % heads !== 0) throw new Error(`${name}: heads must divide ${size} features, got ${showAny(heads)}`);
  const swap = (y: Tensor): Tensor => y.permute([...y.shape.slice(0, -3).keys(), y.rank - 2, y.rank - 3, y.rank - 1]);
  const apart = (layer: Affine, y: TensorLike): Tensor => {
    const z = linear(layer, y);
    return swap(z.reshape([...z.shape.slice(0, -1), heads, size / heads]));
  };
  const found = attention(apart(params.query, t), apart(params.key, context), apart(params.value, context), rest);
  return linear(params.output, swap(found).reshape(t.shape));
}

/**
 * Makes four projections of `size` features, by default with Xavier uniform weights and zero
 * biases.
 */
multiHeadAttention.init = (key: Key, size: number, options: AffineOptions = {}): MultiHeadAttention => {
  const name = 'nn.multiHeadAttention.init';
  checkCount(name, 'size', size);
  const [query, keys, value, output] = split(checkKey(name, key), 4).map((k) =>
    affine(name, k, [size, size], { weight: xavierUniform, bias: zeros, ...options }),
  ) as [Affine, Affine, Affine, Affine];
  return { query, key: keys, value, output };
};
