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

/** The four projections. */
export interface MultiHeadAttention {
  readonly query: Affine;
  readonly key: Affine;
  readonly value: Affine;
  readonly output: Affine;
}

export interface MultiHeadOptions extends AttentionOptions {
  /** How many heads share the features. */
  readonly heads: number;
  /** What keys and values are made of, […, m, size]; x itself by default. */
  readonly context?: TensorLike;
}

/**
 * x […, n, size] attends to itself or to a context (Vaswani et al. 2017, Section 3.2.2): projected
 * queries, keys and values are split into heads of size / heads features, each attends by itself,
 * and what they find is laid side by side and projected. A mask broadcasts to […, heads, n, m].
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

/** Four projections of `size` features, by default Xavier's uniform weights and biases of 0. */
multiHeadAttention.init = (key: Key, size: number, options: AffineOptions = {}): MultiHeadAttention => {
  const name = 'nn.multiHeadAttention.init';
  checkCount(name, 'size', size);
  const [query, keys, value, output] = split(checkKey(name, key), 4).map((k) =>
    affine(name, k, [size, size], { weight: xavierUniform, bias: zeros, ...options }),
  ) as [Affine, Affine, Affine, Affine];
  return { query, key: keys, value, output };
};
