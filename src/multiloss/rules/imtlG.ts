import { pseudoInverse } from '../eigen.ts';
import { gramianWeights, weighted } from '../gramian.ts';
import { diagonal, sumOf } from '../linear.ts';
import { ruleOf, type Rule } from '../rule.ts';

const weights = gramianWeights('imtlG', (G, eps) => {
  const norms = diagonal(G).map(Math.sqrt);
  const largest = Math.max(...norms) || 1;
  const v = pseudoInverse(
    G.map((row) => row.map((x) => x / largest ** 2)),
    norms.map((n) => n / largest),
    eps,
  );
  const total = sumOf(v);
  return Math.abs(total) < 1e-12 ? v.map(() => 0) : v.map((x) => x / total);
});

/**
 * IMTL-G (Liu et al. 2021): weights of sum 1 with which the result has one projection on every unit gradient, G⁺√diag G scaled. Weights may be
 * negative, and the result longer than any gradient.
 */
export const imtlG = (): Rule => ruleOf('imtlG', weighted(weights));
