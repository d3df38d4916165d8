import { checkFlag } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { checkAxes, showAny } from '../graph/shape.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { random } from '../tensor/random.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';

export interface DropoutOptions {
  /** The probability with which a number is dropped, from 0 to 1. */
  readonly rate: TensorLike;
  /** Without training dropout is the identity. */
  readonly train: boolean;
  /** Axes along which one draw holds for all: [2, 3] keeps or drops whole channels of images. */
  readonly shared?: number | readonly number[];
}

/**
 * In training x · [U ≥ rate] / (1 − rate), U uniform by key (Srivastava et al. 2014, scaled in
 * training as PyTorch does): each number is dropped with probability `rate` and the mean stays.
 * Otherwise x.
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
  // What is dropped is chosen away, not multiplied by 0: it may be infinite, and so may its
  // cotangent.
  const kept = draws.greaterEqual(p);
  return kept.where(t, 0).mul(kept.where(p.neg().add(1).reciprocal(), 0));
}
