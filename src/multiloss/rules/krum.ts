import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { tensor } from '../../tensor/create.ts';
import { gramianWeights } from '../gramian.ts';
import { sumOf } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('krum', (G, _, [byzantine, selected]) => {
  const m = G.length;
  const scores = G.map((row, i) => {
    const distances = row.map((x, j) => row[i]! + G[j]![j]! - 2 * x).filter((_, j) => j !== i);
    return sumOf(distances.sort((a, b) => a - b).slice(0, m - byzantine! - 2));
  });
  const order = G.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const chosen = new Set(order.slice(0, selected));
  return G.map((_, i) => (chosen.has(i) ? 1 / selected! : 0));
});

/**
 * Multi-Krum (Blanchard et al. 2017): the mean of the `selected` gradients that are nearest to their n − byzantine − 2 nearest
 * neighbours, in squared distance; `byzantine` gradients may be anything.
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
  return weightedRule('krum', (parts) => weights(parts, tensor([byzantine, selected])), { check });
}
