import { mapTree, type Tree } from '../tensor/tree.ts';
import { checkRate } from './checks.ts';

/**
 * Returns the tree of gradients with each element of its tensors clipped to [−limit, limit]. NaN
 * stays NaN. Throws unless the limit is finite and above 0.
 */
export function clipByValue<T extends Tree>(grads: T, limit: number): T {
  checkRate('optim.clipByValue', 'the limit', limit);
  return mapTree(grads, (g) => g.clip(-limit, limit));
}
