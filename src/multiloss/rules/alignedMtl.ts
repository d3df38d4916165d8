import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { applyFunction, eigen, positivePart } from '../eigen.ts';
import { gramianWeights, type Solver } from '../gramian.ts';
import { cosines, sumOf } from '../linear.ts';
import { checkPreference, preferenceOf, type PreferenceOption } from '../preference.ts';
import { weightedRule, type Rule } from '../rule.ts';

/** σ² from the nonzero eigenvalues of the Gramian, for each value of the option `scale`. */
const scales = {
  min: (values: readonly number[]) => Math.min(...values),
  median: (values: readonly number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!,
  rmse: (values: readonly number[]) => sumOf(values) / values.length,
};

/** Returns the solver of one `scale`, whose further input is the preference. */
const solver =
  (scale: keyof typeof scales): Solver =>
  (G, eps, preference) => {
    // Independence is decided by the cosines, so that the gradients' lengths do not matter.
    const independent = positivePart(eigen(cosines(G).C), eps).values.length === G.length;
    const kept = independent ? eigen(G) : positivePart(eigen(G), eps);
    if (kept.values.length === 0) return Array.from(preference!);
    const size = Math.sqrt(scales[scale](kept.values));
    return applyFunction(kept, (value) => size / Math.sqrt(value), Array.from(preference!));
  };

/** The weights of the lanes for each `scale`, from the lanes and the preference. */
const weights = {
  min: gramianWeights('alignedMtl', solver('min')),
  median: gramianWeights('alignedMtl', solver('median')),
  rmse: gramianWeights('alignedMtl', solver('rmse')),
};

/**
 * Returns the merge rule Aligned-MTL (Senushkin et al. 2023): Σ w_i g_i with w = σ G^{−½} p, for
 * the Gramian G_ij = ⟨g_i, g_j⟩ and the preference p, by default 1/n each. This is Σ p_i u_i, where
 * the u_i are the vectors nearest to the g_i that are orthogonal and of length σ. `scale` chooses
 * σ² among the nonzero eigenvalues of G: 'min' (the default) is the least, 'median' the median (the
 * lower of two), 'rmse' the mean. For a singular G, G^{−½} is taken on the space of these
 * eigenvalues; for G = 0, w = p. Throws if an option is not valid.
 */
export function alignedMtl(options: { readonly scale?: keyof typeof scales } & PreferenceOption = {}): Rule {
  const { scale = 'min', preference } = checkOptions('alignedMtl', options, ['scale', 'preference']);
  if (!Object.hasOwn(scales, scale))
    throw new Error(`alignedMtl: scale must be 'min', 'median' or 'rmse', got ${showAny(scale)}`);
  const check = checkPreference('alignedMtl', preference);
  return weightedRule(
    'alignedMtl',
    (parts) => weights[scale](parts, preferenceOf('alignedMtl', preference, parts[0]!.shape[0]!)),
    { check },
  );
}
