import { hostCall } from '../../graph/build.ts';
import type { HostFunction } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { tensor } from '../../tensor/create.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { differences, squaredDistances } from '../distances.ts';
import { sumOf } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';

/**
 * The host function that computes the lanes' weights from the results of `differences` and the
 * settings [lanes, byzantine, selected].
 */
const weights: HostFunction = ([squares, scales, settings]) => {
  const [m, byzantine, selected] = settings as unknown as [number, number, number];
  const distances = squaredDistances(squares!, scales!, m);
  if (!distances.every((row) => row.every(Number.isFinite))) return new Float64Array(m).fill(NaN);
  const scores = distances.map((row, i) => {
    const others = row.filter((_, j) => j !== i).sort((a, b) => a - b);
    return sumOf(others.slice(0, m - byzantine - 2));
  });
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const chosen = new Set(order.slice(0, selected));
  return scores.map((_, i) => (chosen.has(i) ? 1 / selected : 0));
};

/**
 * Returns the merge rule Multi-Krum (Blanchard et al. 2017). The score of one of n gradients is the
 * sum of its squared distances to the n − byzantine − 2 others that are nearest to it. The result
 * is the mean of the `selected` gradients of lowest score, by default of one; of equal scores the
 * first comes first. Up to `byzantine` gradients may be arbitrary, but finite; one that is not
 * makes the result NaN. Throws if an option is not valid; the rule throws for fewer lanes than
 * byzantine + 3 or than `selected`.
 */
export function krum(options: { readonly byzantine: number; readonly selected?: number }): Rule {
  const { byzantine, selected = 1 } = checkOptions('krum', options, ['byzantine', 'selected']);
  if (!Number.isInteger(byzantine) || byzantine < 0)
    throw new Error(`krum: byzantine must be a non-negative integer, got ${showAny(byzantine)}`);
  if (!Number.isInteger(selected) || selected < 1)
    throw new Error(`krum: selected must be a positive integer, got ${showAny(selected)}`);
  const check = (lanes: number): void => {
    const least = Math.max(byzantine + 3, selected);
    if (lanes < least) throw new Error(`krum: at least ${least} lanes are needed, got ${lanes}`);
  };
  const weigh = (parts: readonly Tensor[]): Tensor => {
    const m = parts[0]!.shape[0]!;
    const inputs = [...differences(parts), tensor([m, byzantine, selected])].map((t) => t.node);
    return new Tensor(hostCall('krum', inputs, [m], weights));
  };
  return weightedRule('krum', weigh, { check });
}
