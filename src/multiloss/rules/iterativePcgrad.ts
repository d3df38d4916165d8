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
 * Returns the merge rule iterative PCGrad. The paper (Chen et al. 2020) compares with an iterative
 * PCGrad that only its appendix defines; this definition is ours. The gradients g are added to a
 * running sum s one after the other, in a random order that `key` determines. Where ⟨s, g⟩ < 0, g
 * is first projected onto the orthogonal complement of s:
 *
 *     s ← s + g − min(0, ⟨s, g⟩) s / ⟨s, s⟩
 *
 * In one dimension this keeps the gradients that have the sign of the first, which is a uniformly
 * random one. It therefore trains where PCGrad stands still. Throws if there is no key.
 */
export function iterativePcgrad(options: { readonly key: Key }): Rule {
  const { key } = checkOptions('iterativePcgrad', options, ['key']);
  checkKey('iterativePcgrad', key);
  return weightedRule('iterativePcgrad', (parts) =>
    weights(parts, new Tensor(random(key.node, [parts[0]!.shape[0]!]))),
  );
}
