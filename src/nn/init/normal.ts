import { checkNumber } from '../../graph/checks.ts';
import type { Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkDeviation } from './initialiser.ts';

/**
 * Returns draws from N(mean, std²), by default N(0, 1). Throws unless both are finite and std is at
 * least 0.
 */
export function normal(
  key: Key,
  shape: Shape,
  options: { readonly mean?: number; readonly std?: number } = {},
): Tensor {
  const { mean = 0, std = 1 } = checkOptions('init.normal', options, ['mean', 'std']);
  checkNumber('init.normal', 'mean', mean);
  checkDeviation('init.normal', std);
  return random.normal(key, shape).mul(std).add(mean);
}
