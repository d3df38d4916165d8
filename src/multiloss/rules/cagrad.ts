import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { full } from '../../tensor/create.ts';
import { gramianWeights, type Solver } from '../gramian.ts';
import { cosines, dot, form, times } from '../linear.ts';
import { nonnegativeLeastSquares } from '../nnls.ts';
import { weightedRule, type Rule } from '../rule.ts';
import { vanishing } from '../vanishing.ts';

/**
 * Returns the weights of the lanes. The direction nearest to g₀ whose inner product with every
 * gradient is at least τ is a projection, g₀ + Σ v_i u_i for unit gradients u_i of norms n_i. Its
 * distance h from g₀ is convex in τ with slope Σ (v_i/n_i)/h, so Newton's method from above
 * decreases to the τ at which h is the radius.
 */
const solve: Solver = (G, eps, [c]) => {
  const m = G.length;
  const { C, norms } = cosines(G);
  const tolerance = m * eps;
  const mean = G.map(() => 1 / m);
  const square = form(G, mean);
  const radius = c! * Math.sqrt(Math.max(0, square));
  if (!(radius > 0)) return mean;
  const p = norms.map((n) => (n > 0 ? 1 / n : 0));
  const inner = times(G, mean);
  const q = inner.map((a, i) => a * p[i]!);
  const project = (tau: number): number[] =>
    nonnegativeLeastSquares(
      C,
      p.map((x, i) => tau * x - q[i]!),
      tolerance,
    );
  const length = (v: readonly number[]): number => Math.sqrt(Math.max(0, form(C, v)));
  let tau = Math.min(...inner.map((a, i) => a + radius * norms[i]!));
  // If the convex hull of the gradients contains 0, no direction improves every loss. If moreover a
  // direction within the radius harms none, the largest smallest inner product is 0. Directions
  // that reach it make no progress, and 0 is returned.
  if (tau >= 0 && vanishing(C, tolerance)) {
    if (length(project(0)) <= radius) return mean.map(() => 0);
    tau = 0;
  }
  let v = project(tau);
  for (let step = 0; step < 100; step++) {
    const h = length(v);
    const next = tau - ((h - radius) * h) / dot(v, p);
    if (!(next < tau)) break;
    tau = next;
    v = project(tau);
  }
  const scale = radius / (length(v) || 1);
  return v.map((x, i) => 1 / m + x * scale * p[i]!);
};

const weights = gramianWeights('cagrad', solve);

/**
 * Returns the merge rule CAGrad (Liu et al. 2021, Algorithm 1). Among the directions d with ‖d −
 * g₀‖ ≤ c ‖g₀‖, for the mean gradient g₀, it finds the one whose smallest inner product with a
 * gradient is largest: d = g₀ + c ‖g₀‖ g_w/‖g_w‖, where g_w is a weighted mean of the gradients. It
 * does not divide d by 1 + c, as some versions do. `c` is 0.5 by default; c = 0 is the mean. d is 0
 * if a weighted mean of the gradients vanishes and one of these directions harms no loss. Throws
 * unless c is finite and at least 0.
 */
export function cagrad(options: { readonly c?: number } = {}): Rule {
  const { c = 0.5 } = checkOptions('cagrad', options, ['c']);
  if (!Number.isFinite(c) || c < 0) throw new Error(`cagrad: c must be a finite number, at least 0, got ${showAny(c)}`);
  return weightedRule('cagrad', (parts) => weights(parts, full([1], c)));
}
