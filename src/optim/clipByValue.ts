import { mapTree, type Tree } from '../tensor/tree.ts';
import { checkRate } from './checks.ts';

/** Clips every element of a tree of gradients to [−limit, limit]. NaN stays NaN. */
export function clipByValue<T extends Tree>(grads: T, limit: number): T {
  checkRate('optim.clipByValue', 'the limit', limit);
  return mapTree(grads, (g) => g.clip(-limit, limit));
}
