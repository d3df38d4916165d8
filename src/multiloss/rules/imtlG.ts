import { applyFunction, eigen, positivePart, pseudoInverse } from '../eigen.ts';
import { gramianWeights } from '../gramian.ts';
import { cosines, sumOf } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('imtlG', (G, eps) => {
  const { C, norms } = cosines(G);
  const largest = Math.max(...norms) || 1;
  const relative = norms.map((n) => n / largest);
  const cosine = positivePart(eigen(C), eps);
  // Independence is decided by the cosines, so that the gradients' lengths do not matter: with
  // independent gradients, G⁻¹√diag G is C⁻¹1 divided by the norms.
  const v =
    cosine.values.length === G.length
      ? applyFunction(
          cosine,
          (value) => 1 / value,
          norms.map(() => 1),
        ).map((x, i) => x / relative[i]!)
      : pseudoInverse(
          G.map((row) => row.map((x) => x / largest ** 2)),
          relative,
          eps,
        );
  const total = sumOf(v);
  return Math.abs(total) <= 1e-12 * Math.max(...v.map(Math.abs)) ? v.map(() => 0) : v.map((x) => x / total);
});

/**
 * Returns the merge rule IMTL-G (Liu et al. 2021): the Σ w_i g_i with Σ w_i = 1 whose inner product
 * with every unit gradient is the same. The weights are w ∝ G⁺√(diag G), for the Gramian G_ij =
 * ⟨g_i, g_j⟩. They may be negative, and the result may be longer than any gradient. It is 0 if the
 * weights cannot be scaled to the sum 1.
 */
export const imtlG = (): Rule => weightedRule('imtlG', (parts) => weights(parts));
