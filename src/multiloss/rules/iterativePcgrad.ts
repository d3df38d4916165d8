import { random } from '../../graph/build.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkKey, type Key } from '../../tensor/key.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { gramianWeights } from '../gramian.ts';
import { dot, form } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('iterativePcgrad', (G, _, draws) => {
  const order = G.map((_, i) => i).sort((a, b) => draws![a]! - draws![b]!);
  const c: number[] = G.map(() => 0);
  for (const j of order) {
    const inner = dot(c, G[j]!);
    const square = form(G, c);
    // s + (g − s ⟨s, g⟩/⟨s, s⟩)
    if (inner < 0 && square > 0) c.forEach((ck, k) => (c[k] = ck * (1 - inner / square)));
    c[j]! += 1;
  }
  return c;
});

/**
 * PCGrad one loss after the other. The paper (Chen et al. 2020) compares with an iterative PCGrad
 * that it defines in its appendix only; this definition is ours. The gradients are added to a
 * running sum s in random order, each first projected off s where it conflicts with it:
 *
 *     s ← s + g − min(0, ⟨s, g⟩) s / ⟨s, s⟩
 *
 * In one dimension that keeps the gradients with the sign of the one that came first, a uniformly
 * random loss, and so it trains where PCGrad stands still.
 */
export function iterativePcgrad(options: { readonly key: Key }): Rule {
  const { key } = checkOptions('iterativePcgrad', options, ['key']);
  checkKey('iterativePcgrad', key);
  return weightedRule('iterativePcgrad', (parts) =>
    weights(parts, new Tensor(random(key.node, [parts[0]!.shape[0]!]))),
  );
}
