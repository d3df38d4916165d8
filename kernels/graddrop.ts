/**
 * The GradDrop merge over lanes (Chen et al. 2020, Algorithm 1, lines 10–15), told apart from how
 * its inputs arise.
 *
 * Inputs: g [T, …], the lanes' cotangents; G [T, …], what their signs are read from (sgn(A)∘g,
 * summed over the marginalised axes, which stay with size 1); u […], uniform draws of G's shape
 * without lanes; a leak ℓ for each lane; A […], where a lane with G_i = 0 passes if A is 0.
 *
 *     p = Σ_{G_i>0} G_i    q = Σ_{G_i<0} |G_i|    positive = f(p / (p + q)) > u
 *     y = Σ_i (ℓ_i + (1 − ℓ_i) M_i) g_i    M_i = [positive]·[G_i > 0] + [not positive]·[G_i < 0]
 *
 * It is linear in g: G, u, ℓ and A decide, g is carried. Where a G is infinite or NaN there is no
 * purity, and y is NaN.
 *
 * The functions of numbers below are read as source, as those of the table in elementwise.ts are.
 * The reference calls them, kernels and graphs of ordinary operations are made of them.
 */

/** A function of numbers; what it compares it gives as a truth value. */
type Formula = (...xs: number[]) => number | boolean;

/** The functions that the merge is made of; n stands for −q. */
const functions = {
  positivePart: (x) => (x > 0 ? x : 0),
  difference: (a, b) => a - b,
  negative: (x) => 0 - x,
  purity: (p, total) => {
    const some = total > 0;
    return some ? p / (some ? total : 1) : 0.5;
  },
  /** p of G = s g, from the sums over g. */
  positiveSum: (p, n, s) => (s < 0 ? 0 - n : p),
  slope: (p, n, k) => k * (p + n),
  threshold: (p, n, u) => (2 * u - 1) * (p - n),
  exceeds: (x, y) => x > y,
  /** Compares x with y for s > 0; a negative s turns signs round, and `turned` is compared. */
  exceedsBySign: (x, turned, y, s) => (s < 0 && turned <= y) || (s > 0 && x > y),
  scale: (total) => (total < 1 ? 1152921504606846976 : 9.094947017729282e-13),
  decided: (total, plain, most, scaled) =>
    total === 0 || (total >= 8.673617379884035e-19 && total <= 8.507059173023462e37)
      ? plain
      : most < 1.7014118346046923e38
        ? scaled
        : NaN,
  isKept: (G, side) => G * side > 0,
  orNothing: (kept, G, A) => kept || (G === 0 && A === 0),
  weight: (kept, leak) => (kept ? 1 : leak),
} satisfies Record<string, Formula>;

/** Applies a function to numbers, to code of a kernel, or to nodes of a graph. */
export type Apply<T> = (f: Formula, ...xs: readonly (T | number)[]) => T;

/** A pair of sums: p over the positive G_i, n = −q over the others. */
export type Sides<T> = readonly [p: T, n: T];

/**
 * Gives what a G_i adds to p and to −q. One that is not finite makes −q NaN, so that it is not
 * lost: shaders make a minimum of x > 0 ? 0 : x, and that drops a NaN.
 */
export function sidesOf<T>(apply: Apply<T>, x: T): Sides<T> {
  const positive = apply(functions.positivePart, x);
  return [positive, apply(functions.difference, x, positive)];
}

/** Gives the purity P = p / (p + q), and ½ where all lanes are 0. */
export const purityOf = <T>(apply: Apply<T>, p: T, n: T, of = p): T =>
  apply(functions.purity, of, apply(functions.difference, p, n));

/**
 * Makes the test whether the positive side is kept: f(P) > u. A linear f(P) = k (P − ½) + ½ is
 * compared without dividing, k (p − q) > (2u − 1)(p + q). Where the sums are those of g and G = s
 * g, a negative s turns signs round, and the answer is for the positive side of g.
 */
export function keepsPositive<T>(
  apply: Apply<T>,
  { k, keep }: { readonly k: number | undefined; readonly keep: (purity: T) => T },
  u: T,
  s?: T,
): (p: T, n: T) => T {
  const exceeds = (x: T, turned: () => T, y: T): T =>
    s === undefined ? apply(functions.exceeds, x, y) : apply(functions.exceedsBySign, x, turned(), y, s);
  return (p, n) => {
    if (k === undefined) {
      const f = keep(purityOf(apply, p, n, s === undefined ? p : apply(functions.positiveSum, p, n, s)));
      return exceeds(f, () => f, u);
    }
    const x = apply(functions.slope, p, n, k);
    return exceeds(x, () => apply(functions.negative, x), apply(functions.threshold, p, n, u));
  };
}

/**
 * Gives `result` of p and −q. Where p + q is near the ends of float32 (below 2⁻⁶⁰, above
 * 2¹²⁶), `sides` adds up lanes that are scaled by a power of two; where that overflows, too, a lane
 * is not finite, and the result is NaN.
 */
export function decide<T>(apply: Apply<T>, sides: (scale?: T) => Sides<T>, result: (p: T, n: T) => T): T {
  const [p, n] = sides();
  const total = apply(functions.difference, p, n);
  const [P, N] = sides(apply(functions.scale, total));
  return apply(functions.decided, total, result(p, n), apply(functions.difference, P, N), result(P, N));
}

/**
 * Gives the weight ℓ + (1 − ℓ) M of a lane; `side` is 1 where the positive side is kept, −1 where
 * the other is.
 */
export function laneWeight<T>(apply: Apply<T>, G: T, side: T, leak: T | number, A?: T): T {
  const kept = apply(functions.isKept, G, side);
  return apply(functions.weight, A === undefined ? kept : apply(functions.orNothing, kept, G, A), leak);
}
