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

/** The parameters of the four projections, each an affine layer from size to size features. */
export interface MultiHeadAttention {
  readonly query: Affine;
  readonly key: Affine;
  readonly value: Affine;
  readonly output: Affine;
}

/** The options of multi-head attention. */
export interface MultiHeadOptions extends AttentionOptions {
  /** The number of heads, which must divide the number of features. */
  readonly heads: number;
  /** The source of keys and values, […, m, size]; by default x itself. */
  readonly context?: TensorLike;
}

/**
 * Multi-head attention (Vaswani et al. 2017, Section 3.2.2) of x […, n, size] to a `context` […, m,
 * size], by default x itself; the result has x's shape. Queries are projected from x, keys and
 * values from the context. Each head attends with size / heads features of them, and the
 * concatenated results are projected. A mask broadcasts to […, heads, n, m]. Throws if the shapes
 * do not fit or if `heads` does not divide the size.
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
 * Returns the parameters of the four projections of `size` features, by default with Xavier uniform
 * weights and zero biases. Options are those of each projection. Throws unless `size` is a positive
 * integer.
 */
multiHeadAttention.init = (key: Key, size: number, options: AffineOptions = {}): MultiHeadAttention => {
  const name = 'nn.multiHeadAttention.init';
  checkCount(name, 'size', size);
  const [query, keys, value, output] = split(checkKey(name, key), 4).map((k) =>
    affine(name, k, [size, size], { weight: xavierUniform, bias: zeros, ...options }),
  ) as [Affine, Affine, Affine, Affine];
  return { query, key: keys, value, output };
};
