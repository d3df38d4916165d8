import { checkFunction, checkNumber } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import type { Tensor, TensorLike } from '../tensor/tensor.ts';
import { flatten, isTensor, type Tree } from '../tensor/tree.ts';
import { scalarGradient } from '../tensor/transforms/valueAndGrad.ts';
import { stack } from '../tensor/ops/movement.ts';
import type { Inputs } from '../tensor/transforms/trace.ts';

/**
 * Returns the gradient penalty (‖∇f(x)‖₂ − target)², a scalar, for a scalar function f (Gulrajani
 * et al. 2017, Equation 3). x is a tensor or a tree of tensors, which counts as one vector;
 * `target` is 1 by default. Its derivative contains second derivatives of f; where ∇f is 0, the
 * norm's derivative is 0. For a batch with one penalty for each input, use `vmap((x) =>
 * gradientPenalty(f, x))(batch).mean()`. Throws unless f returns a scalar.
 */
export function gradientPenalty<X extends Tree>(
  f: (x: X) => TensorLike,
  x: Inputs<X>,
  options: { readonly target?: number } = {},
): Tensor {
  const { target = 1 } = checkOptions('gradientPenalty', options, ['target']);
  checkNumber('gradientPenalty', 'target', target);
  checkFunction('gradientPenalty', f);
  const gradient = scalarGradient('gradientPenalty', f as (x: Tree) => TensorLike, [x], 0)[1];
  const norms = flatten(gradient, isTensor).leaves.map((g) => g.norm());
  return stack(norms).norm().sub(target).square();
}
