import { moments, type AdamOptions } from './moments.ts';
import { penalised, type Optimiser } from './optimiser.ts';

/**
 * Returns the optimiser Adam (Kingma and Ba 2015, Algorithm 1), with the L2 penalty that PyTorch
 * adds. For a parameter p with gradient g in update t = 1, 2, …:
 *
 *     g ← g + λ p        m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 *     p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * The state holds m as `mean` and v as `square`, 0 at first. Throws if an option is not valid.
 */
export const adam = (options: AdamOptions): Optimiser =>
  moments('optim.adam', options, 0, (moment, decay) => ({ p: moment.p, g: penalised(moment, decay) }));
