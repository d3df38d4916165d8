import { checkFunction } from '../graph/checks.ts';
import { scalar } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { flatten, isTensor, zipTrees } from '../tensor/tree.ts';
import type { Optimiser } from './optimiser.ts';

/**
 * Returns the optimiser `inner` with one change: if a gradient contains NaN or ±∞, the update
 * leaves parameters and state as they are and adds 1 to `skipped` in the state. Without this, such
 * gradients enter the parameters, as in PyTorch.
 */
export function skipNonFinite(inner: Optimiser): Optimiser {
  checkFunction('optim.skipNonFinite', inner?.update);
  return {
    init: (params) => ({ ...inner.init(params), skipped: scalar(0) }),
    update(params, grads, { skipped, ...state }, options) {
      const [p, s] = inner.update(params, grads, state as typeof state & { step: Tensor }, options);
      // The condition is not written as isFinite().not(): shader compilers turn the negation of a ≤
      // b into a > b, which is false for NaN too.
      const filled = flatten(grads, isTensor).leaves.filter((g) => g.size > 0);
      const fine = filled.map((g) => g.isFinite().min()).reduce((a, b) => a.minimum(b), scalar(1));
      const choose = (next: Tensor, old: Tensor): Tensor => fine.where(next, old);
      return [zipTrees(choose, p, params), { ...zipTrees(choose, s, state), skipped: skipped.add(1).sub(fine) }];
    },
  };
}
