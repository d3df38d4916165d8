import { checkFlag } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { checkAxes, showAny } from '../graph/shape.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { random } from '../tensor/random.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';

/** The options of dropout. */
export interface DropoutOptions {
  /** The probability with which an element is dropped, from 0 to 1: a number or a scalar tensor. */
  readonly rate: TensorLike;
  /** If true, elements are dropped; if false, dropout is the identity. */
  readonly train: boolean;
  /**
   * The axes along which elements share a draw, by default none: [2, 3] keeps or drops whole
   * channels of images [N, C, H, W].
   */
  readonly shared?: number | readonly number[];
}

/**
 * Dropout (Srivastava et al. 2014): in training x · [U ≥ rate] / (1 − rate) for U uniform in (0,
 * 1), which `key` determines; otherwise x. Each element is dropped with probability `rate`; the
 * division keeps the mean (PyTorch's convention). At rate 1 all elements become 0. Throws if the
 * rate is a number that is not from 0 to 1, or no scalar.
 */
export function dropout(key: Key, x: TensorLike, options: DropoutOptions): Tensor {
  const name = 'nn.dropout';
  const { rate, train, shared = [] } = checkOptions(name, options, ['rate', 'train', 'shared']);
  checkKey(name, key);
  checkFlag(name, 'train', train);
  const t = asTensor(name, x);
  const p = asTensor(name, rate);
  if (p.rank > 0 || (typeof rate === 'number' && !(rate >= 0 && rate <= 1)))
    throw new Error(`${name}: rate must be a number from 0 to 1, got ${showAny(rate)}`);
  const axes = checkAxes(name, shared, t.rank);
  if (!train) return t;
  const draws = random.uniform(
    key,
    t.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
  );
  // Dropped elements are selected away by `where`, not multiplied by 0, because they and their
  // cotangents may be infinite.
  const kept = draws.greaterEqual(p);
  return kept.where(t, 0).mul(kept.where(p.neg().add(1).reciprocal(), 0));
}
