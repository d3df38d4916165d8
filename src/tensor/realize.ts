import { flatten, isTensor, type Tree } from './tree.ts';
import { nodeOf, realizeNodes } from './tensor.ts';

/**
 * Computes the tensors of a tree together and returns the tree. The tensors then hold their
 * elements and forget how they were computed: a training loop that realises its new weights runs in
 * constant memory, and a derivative through them throws. Throws if a tensor has been disposed of.
 */
export async function realize<T extends Tree>(tree: T): Promise<T> {
  await realizeNodes(flatten(tree, isTensor, 'realize').leaves.map((t) => nodeOf('realize', t)));
  return tree;
}
