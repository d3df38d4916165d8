import { flatten, isTensor, type Tree } from './tree.ts';
import { nodeOf, realizeNodes } from './tensor.ts';

/**
 * Computes every tensor of a tree in one plan and returns the tree. The tensors then hold data and
 * forget their history: a training loop that realises its new weights runs in constant memory, and
 * a derivative through them throws.
 */
export async function realize<T extends Tree>(tree: T): Promise<T> {
  await realizeNodes(flatten(tree, isTensor, 'realize').leaves.map((t) => nodeOf('realize', t)));
  return tree;
}
