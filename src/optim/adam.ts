import { checkOptions } from '../graph/options.ts';
import { adamOptions, moments, type AdamOptions } from './moments.ts';
import type { Optimiser } from './optimiser.ts';

/**
 * Adam (Kingma and Ba 2015, Algorithm 1), with PyTorch's L2 penalty:
 *
 *     g ← g + λ p        m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 *     p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * λ is 0 by default. m is the state's `mean`, v its `square`.
 */
export function adam(options: AdamOptions): Optimiser<'mean' | 'square'> {
  const given = checkOptions('optim.adam', options, adamOptions);
  const { weightDecay = 0 } = given;
  return moments('optim.adam', given, weightDecay, ({ p, g }) => ({
    p,
    g: weightDecay === 0 ? g : g.add(p.mul(weightDecay)),
  }));
}
