import { random } from '../../graph/build.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkKey, type Key } from '../../tensor/key.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { gramianWeights } from '../gramian.ts';
import { dot } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('pcgrad', (G, _, draws) => {
  const m = G.length;
  const total: number[] = G.map(() => 0);
  for (let i = 0; i < m; i++) {
    const c: number[] = G.map((_, k) => (k === i ? 1 : 0));
    const draw = (j: number): number => draws![i * m + j]!;
    const others = G.map((_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => draw(a) - draw(b));
    for (const j of others) {
      const inner = dot(c, G[j]!);
      if (inner < 0) c[j]! -= inner / G[j]![j]!;
    }
    c.forEach((ck, k) => (total[k]! += ck));
  }
  return total;
});

/**
 * Returns the merge rule PCGrad, projecting conflicting gradients (Yu et al. 2020, Algorithm 1).
 * Each gradient visits all others in a random order that `key` determines: if its inner product
 * with the other is negative, it is projected onto the other's orthogonal complement, g ← g − ⟨g,
 * g_j⟩ g_j/⟨g_j, g_j⟩. The results are summed. In one dimension every conflict projects to zero.
 * Throws if there is no key.
 */
export function pcgrad(options: { readonly key: Key }): Rule {
  const { key } = checkOptions('pcgrad', options, ['key']);
  checkKey('pcgrad', key);
  return weightedRule('pcgrad', (parts) => {
    const m = parts[0]!.shape[0]!;
    return weights(parts, new Tensor(random(key.node, [m, m])));
  });
}
