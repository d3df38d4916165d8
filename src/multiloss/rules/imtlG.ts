import { applyFunction, eigen, positivePart, pseudoInverse } from '../eigen.ts';
import { gramianWeights } from '../gramian.ts';
import { cosines, sumOf } from '../linear.ts';
import { weightedRule, type Rule } from '../rule.ts';

const weights = gramianWeights('imtlG', (G, eps) => {
  const { C, norms } = cosines(G);
  const largest = Math.max(...norms) || 1;
  const relative = norms.map((n) => n / largest);
  const cosine = positivePart(eigen(C), eps);
  // Independent gradients are seen to be so by their cosines, whatever their lengths: G⁻¹√diag G =
  // C⁻¹1 over the norms.
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
 * IMTL-G (Liu et al. 2021): weights of sum 1 with which the result has one projection on every unit
 * gradient, G⁺√diag G scaled. Weights may be negative, and the result longer than any gradient.
 */
export const imtlG = (): Rule => weightedRule('imtlG', (parts) => weights(parts));
