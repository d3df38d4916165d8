import { checkOptions } from '../graph/options.ts';
import { show } from '../graph/shape.ts';
import { arange } from '../tensor/create.ts';
import { einsum } from '../tensor/ops/einsum.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { stopGradient } from '../tensor/transforms/stopGradient.ts';

/** The options that say which keys a query sees; by default it sees all. */
export interface AttentionOptions {
  /** If true, query i sees only the keys 0, …, i; false by default. */
  readonly causal?: boolean;
  /** Nonzero where a query sees a key, 0 elsewhere; it broadcasts to […, queries, keys]. */
  readonly mask?: TensorLike;
}

/**
 * Scaled dot-product attention softmax(Q Kᵀ/√d) V (Vaswani et al. 2017, Equation 1) for queries Q
 * […, n, d], keys K […, m, d] and values V […, m, e]; the result has shape […, n, e]. Leading axes
 * broadcast. A key that a query does not see has weight 0, whatever its score; a query that sees no
 * key gets zeros. Throws if the shapes do not fit.
 */
export function attention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): Tensor {
  const name = 'nn.attention';
  const { causal = false, mask } = checkOptions(name, options, ['causal', 'mask']);
  const [q, k, v] = [asTensor(name, query), asTensor(name, key), asTensor(name, value)];
  if ([q, k, v].some((t) => t.rank < 2) || q.shape.at(-1) !== k.shape.at(-1) || k.shape.at(-2) !== v.shape.at(-2))
    throw new Error(
      `${name}: queries, keys and values must have shapes […, n, d], […, m, d] and […, m, e], got ${[q, k, v].map((t) => show(t.shape)).join(', ')}`,
    );
  const scores = einsum('...nd,...md->...nm', q.div(Math.sqrt(q.shape.at(-1)!)), k);
  const before = causal ? arange(k.shape.at(-2)!).lessEqual(arange(q.shape.at(-2)!).unsqueeze(1)) : undefined;
  const seen = mask === undefined ? before : (before?.and(mask) ?? asTensor(name, mask));
  return einsum('...nm,...me->...ne', seen ? masked(scores, seen) : scores.softmax(), v);
}

/** The most negative finite float32, which masked scores get. With −∞, ∞ − ∞ could give NaN. */
const lowest = -3.4028234663852886e38;

/**
 * Returns the softmax over the scores where `seen` is nonzero, along the last axis; 0 for all
 * others.
 */
function masked(scores: Tensor, seen: Tensor): Tensor {
  const over = { axis: -1, keepDims: true };
  const top = stopGradient(seen.where(scores, lowest).max(over));
  // An unseen score could overflow e^x, so it is replaced by 0 before the exponential and after it.
  const e = seen.where(seen.where(scores.sub(top), 0).exp(), 0);
  const total = e.sum(over);
  return e.div(total.equal(0).where(1, total));
}
