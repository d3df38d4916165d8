import type { Shape } from '../../graph/node.ts';
import { checkNumber } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { full } from '../../tensor/create.ts';
import type { Key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * Returns a tensor of `shape` whose elements are `value`. The key is unused; every initialiser
 * takes one. Throws unless the value is finite.
 */
export function constant(_: Key, shape: Shape, options: { readonly value: number }): Tensor {
  const { value } = checkOptions('init.constant', options, ['value']);
  checkNumber('init.constant', 'value', value);
  return full(shape, value);
}
