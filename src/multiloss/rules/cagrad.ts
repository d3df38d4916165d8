import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { full } from '../../tensor/create.ts';
import { combine } from '../combine.ts';
import { fallsToZero } from '../fallsToZero.ts';
import { gramianWeights } from '../gramian.ts';
import { form, sumOf, times } from '../linear.ts';
import { ruleOf, type Rule } from '../rule.ts';
import { minNormWeights } from './mgda.ts';

/**
 * min over the simplex of ⟨g_w, g₀⟩ + r‖g_w‖, r = c‖g₀‖. Since ‖g_w‖ is the least of ½ (‖g_w‖²/t + t) over t, w(t) is the point of least
 * norm among the g_i + (t/r) g₀, and the best t, where t = ‖g_w(t)‖, is the one place where the difference falls to 0: the whole is convex in t.
 */
const weights = gramianWeights('cagrad', (G, eps, [c]) => {
  const m = G.length;
  const mean = G.map(() => 1 / m);
  const a = times(G, mean);
  const square = sumOf(a) / m;
  const radius = c! * Math.sqrt(Math.max(0, square));
  if (radius === 0) return mean;
  const best = (t: number): readonly number[] =>
    minNormWeights(
      G.map((row, i) => row.map((x, j) => x + (t / radius) * (a[i]! + a[j]!) + (t / radius) ** 2 * square)),
      eps,
    );
  const length = (w: readonly number[]): number => Math.sqrt(Math.max(0, form(G, w)));
  const longest = Math.sqrt(Math.max(...G.map((row, i) => row[i]!)));
  const w = best(fallsToZero((t) => length(best(t)) - t, longest));
  const norm = length(w);
  // Where the gradients' hull touches 0, no direction serves all.
  return norm <= longest * m * Math.sqrt(eps) ? mean.map(() => 0) : w.map((x) => 1 / m + (radius / norm) * x);
});

/**
 * CAGrad (Liu et al. 2021): the direction within c‖g₀‖ of the mean gradient g₀ whose worst inner product with a gradient is best,
 * g₀ + c‖g₀‖ g_w/‖g_w‖; not divided by 1 + c. Zero where the gradients balance each other out.
 */
export function cagrad(options: { readonly c?: number } = {}): Rule {
  const { c = 0.5 } = checkOptions('cagrad', options, ['c']);
  if (typeof c !== 'number' || !(c >= 0)) throw new Error(`cagrad: c must not be negative, got ${showAny(c)}`);
  return ruleOf('cagrad', (g) => combine(g, weights(g, full([1], c))));
}
