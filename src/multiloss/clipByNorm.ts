import { showAny } from '../graph/shape.ts';
import { stack } from '../tensor/ops/movement.ts';
import { nodeOf, type Tensor } from '../tensor/tensor.ts';
import { flatten, isTensor, type Tree } from '../tensor/tree.ts';
import { magnitude } from './rescale.ts';

/**
 * Scales a gradient down to the norm `maxNorm` if it is longer: g · min(1, maxNorm/‖g‖₂). A tree
 * counts as one vector. No square overflows or underflows.
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
