import type { Shape } from '../../graph/node.ts';
import { zeros as all } from '../../tensor/create.ts';
import type { Key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * Returns a tensor of `shape` whose elements are 0. The key is unused; every initialiser takes one.
 */
export const zeros = (_: Key, shape: Shape): Tensor => all(shape);
