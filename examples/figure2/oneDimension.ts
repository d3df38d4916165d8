import type { Rule, Tensor } from 'cotangent';

/*
 * Merge rules for one weight, where the gradients g [losses] are numbers and inner products are
 * products. The library's rules solve for weights on the host; these stay in the kernel.
 * test/figure2 compares each with the library's rule.
 */

/** p = Σ_{g_i > 0} g_i. */
const positive = (g: Tensor): Tensor => g.maximum(0).sum();
/** −q = Σ_{g_i < 0} g_i. */
const negative = (g: Tensor): Tensor => g.minimum(0).sum();

/** `clipByNorm` of the sum: the sum's norm is its absolute value. */
export const clipSum =
  (bound: number): Rule =>
  (g) =>
    g.sum().clip(-bound, bound);

/** `mgda`: the point nearest to 0 between the least and the greatest gradient. */
export const mgda1d: Rule = (g) => g.min().maximum(0).add(g.max().minimum(0));

/**
 * `pcgrad`: a gradient that meets one of the other sign projects to 0. So the result is the sum if
 * all agree, and 0 otherwise.
 */
export const pcgrad1d: Rule = (g) => {
  const [p, n] = [positive(g), negative(g)];
  return p.mul(n).equal(0).where(p.add(n), 0);
};

/**
 * `iterativePcgrad`: the sum of the gradients that have the sign of the first one, the one with the
 * least draw. Zero gradients conflict with none.
 */
export const iterativePcgrad1d =
  (draws: Tensor): Rule =>
  (g) => {
    const order = g.equal(0).where(2, draws);
    const first = order.equal(order.min()).where(g, 0).sum();
    return first.greater(0).where(positive(g), negative(g));
  };
