import { showAny } from '../graph/shape.ts';
import { stack } from '../tensor/ops/movement.ts';
import { nodeOf, type Tensor } from '../tensor/tensor.ts';
import { flatten, isTensor, type Tree } from '../tensor/tree.ts';
import { magnitude } from './rescale.ts';

/**
 * Returns a gradient g · min(1, maxNorm/‖g‖₂): it is scaled down to the norm `maxNorm`, a number or
 * a scalar tensor, if it is longer. The tensors of a tree count as one vector. No square overflows
 * or underflows. A gradient with NaN stays as it is; of one with ±∞, finite elements become 0 and
 * infinite ones NaN. Throws if a number `maxNorm` is negative or NaN.
 */
export function clipByNorm<T extends Tree>(tree: T, maxNorm: number | Tensor): T {
  if (typeof maxNorm === 'number' && !(maxNorm >= 0))
    throw new Error(`clipByNorm: the norm must not be negative, got ${showAny(maxNorm)}`);
  nodeOf('clipByNorm', maxNorm);
  const flat = flatten(tree, isTensor);
  if (flat.leaves.length === 0) return tree;
  const scale = magnitude(stack(flat.leaves.map((g) => magnitude(g))));
  const scaled = flat.leaves.map((g) => g.div(scale));
  const length = stack(scaled.map((g) => g.norm())).norm();
  const long = length.greater(scale.reciprocal().mul(maxNorm));
  const longest = long.where(length, 1);
  return flat.rebuild(flat.leaves.map((g, i) => long.where(scaled[i]!.div(longest).mul(maxNorm), g))) as T;
}
