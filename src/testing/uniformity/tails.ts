/** P(N < m) for a Poisson variable N with mean λ: e^{−λ} Σ_{j<m} λ^j / j!, summed in logarithms. */
export function poissonBelow(m: number, mean: number): number {
  let [sum, logTerm] = [0, -mean];
  for (let j = 0; j < m; j++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(mean / (j + 1));
  }
  return Math.min(1, sum);
}

/** P(N ≥ m) for a Poisson variable N with mean λ, without the cancellation of 1 − P(N < m). */
export function poissonFrom(m: number, mean: number): number {
  if (m <= mean) return 1 - poissonBelow(m, mean);
  let logTerm = -mean;
  for (let j = 1; j <= m; j++) logTerm += Math.log(mean / j);
  let [sum, term] = [0, Math.exp(logTerm)];
  for (let j = m + 1; term > 1e-20 * sum; j++) {
    sum += term;
    term *= mean / j;
  }
  return sum;
}

/** The two-sided p-value: twice the smaller tail, at most 1. */
export const twoSided = (below: number, above: number): number => Math.min(1, 2 * Math.min(below, above));

/**
 * The two-sided p-value of a χ² statistic, so that a fit that is too good counts like a bad one.
 * With 2m degrees of freedom P(χ² > x) = P(N < m) for a Poisson variable N with mean x/2. The
 * formula needs an even number of degrees, so the tests here have an odd number of cells.
 */
export function chiSquareP(statistic: number, degrees: number): number {
  if (degrees % 2 !== 0) throw new Error(`chiSquareP: degrees of freedom must be even, got ${degrees}`);
  const m = degrees / 2;
  return twoSided(poissonFrom(m, statistic / 2), poissonBelow(m, statistic / 2));
}

/**
 * The bound P(|S − n/2| ≥ t) ≤ 2 exp(−2t²/n) for S heads of n fair coins (Hoeffding 1963, Theorem
 * 1).
 */
export const fairCoinsP = (heads: number, n: number): number =>
  Math.min(1, 2 * Math.exp((-2 * (heads - n / 2) ** 2) / n));
