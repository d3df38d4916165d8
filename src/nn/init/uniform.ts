import { checkNumber } from '../../graph/checks.ts';
import type { Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * Returns uniform draws from (low, high), by default (0, 1). Throws unless both are finite and low
 * ≤ high.
 */
export function uniform(
  key: Key,
  shape: Shape,
  options: { readonly low?: number; readonly high?: number } = {},
): Tensor {
  const name = 'init.uniform';
  const { low = 0, high = 1 } = checkOptions(name, options, ['low', 'high']);
  checkNumber(name, 'low', low);
  checkNumber(name, 'high', high);
  if (low > high) throw new Error(`${name}: low must not be above high, got ${low} and ${high}`);
  return random
    .uniform(key, shape)
    .mul(high - low)
    .add(low);
}
