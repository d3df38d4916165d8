/**
 * The GradDrop merge over lanes (Chen et al. 2020, Algorithm 1, lines 10–15). This file takes the
 * inputs as given and does not say how they are made.
 *
 * Inputs: g [T, …], the lanes' cotangents; G [T, …], the values whose signs count (sgn(A)∘g, summed
 * over the marginalised axes, which stay with size 1); u […], uniform draws of G's shape without
 * the lane axis; a leak ℓ for each lane; A […], optional: where A is 0, a lane with G_i = 0 passes.
 *
 *     p = Σ_{G_i>0} G_i    q = Σ_{G_i<0} |G_i|    positive = f(p / (p + q)) > u
 *     y = Σ_i (ℓ_i + (1 − ℓ_i) M_i) g_i    M_i = [positive]·[G_i > 0] + [not positive]·[G_i < 0]
 *
 * The merge is linear in g: G, u, ℓ and A decide the weights, and the weights multiply g. Where a
 * G_i is infinite or NaN, the purity is undefined, and y is NaN.
 *
 * The functions below are read as source, like the functions of the table in elementwise.ts. The
 * reference calls them; kernels, and graphs of ordinary operations, are made from them.
 */

/** A function of numbers. Comparisons in it give truth values, not 0 and 1. */
type Formula = (...xs: number[]) => number | boolean;

/** The functions that the merge is made of. The argument n is −q. */
const functions = {
  /** Returns max(x, 0). */
  positivePart: (x) => (x > 0 ? x : 0),
  difference: (a, b) => a - b,
  negative: (x) => 0 - x,
  /** Returns the purity p / (p + q), or ½ where p + q is 0. */
  purity: (p, total) => {
    const some = total > 0;
    return some ? p / (some ? total : 1) : 0.5;
  },
  /** Returns p of G = s g up to the factor |s|, given the sums p and n over g. */
  positiveSum: (p, n, s) => (s < 0 ? 0 - n : p),
  /** Returns k (p − q). */
  slope: (p, n, k) => k * (p + n),
  /** Returns (2u − 1)(p + q). */
  threshold: (p, n, u) => (2 * u - 1) * (p - n),
  exceeds: (x, y) => x > y,
  /**
   * Tells whether the positive side of g is kept, where G = s g. For s > 0, that is x > y. A
   * negative s exchanges the sides: `turned` is then G's value of x, and the test is `turned` ≤ y.
   */
  exceedsBySign: (x, turned, y, s) => (s < 0 && turned <= y) || (s > 0 && x > y),
  /**
   * Returns the factor by which lanes are scaled before they are summed again: 2⁶⁰ where the sum p
   * + q is small, 2⁻⁴⁰ where it is large.
   */
  scale: (total) => (total < 1 ? 1152921504606846976 : 9.094947017729282e-13),
  /**
   * Chooses `plain` where p + q is 0 or lies from 2⁻⁶⁰ to 2¹²⁶, which leaves a margin to the
   * smallest and the largest float32. Otherwise chooses `scaled`, or NaN if the scaled sum `most`
   * is not below 2¹²⁷: then a lane is infinite or NaN.
   */
  decided: (total, plain, most, scaled) =>
    total === 0 || (total >= 8.673617379884035e-19 && total <= 8.507059173023462e37)
      ? plain
      : most < 1.7014118346046923e38
        ? scaled
        : NaN,
  /** Tells whether G is on the side that is kept; 0 is on neither side. */
  isKept: (G, side) => G * side > 0,
  /** Tells whether a lane passes: it is kept, or G and A are both 0. */
  orNothing: (kept, G, A) => kept || (G === 0 && A === 0),
  /** Returns ℓ + (1 − ℓ) M. */
  weight: (kept, leak) => (kept ? 1 : leak),
} satisfies Record<string, Formula>;

/** Applies a function to numbers, to the code of a kernel, or to the nodes of a graph. */
export type Apply<T> = (f: Formula, ...xs: readonly (T | number)[]) => T;

/** A pair of sums over lanes: p over the positive G_i, n = −q over the negative ones. */
export type Sides<T> = readonly [p: T, n: T];

/**
 * Returns the terms that a lane's value x = G_i adds to p and to n = −q: max(x, 0) and x − max(x,
 * 0). The second term is NaN for x = NaN and x = ∞, and −∞ for x = −∞, so the sums show that a lane
 * is not finite. The plain form x > 0 ? 0 : x would not: shaders compile it to a minimum, which
 * drops a NaN.
 */
export function sidesOf<T>(apply: Apply<T>, x: T): Sides<T> {
  const positive = apply(functions.positivePart, x);
  return [positive, apply(functions.difference, x, positive)];
}

/**
 * Returns the purity P = p / (p + q), or ½ where all lanes are 0. `of` replaces p in the numerator.
 */
export const purityOf = <T>(apply: Apply<T>, p: T, n: T, of = p): T =>
  apply(functions.purity, of, apply(functions.difference, p, n));

/**
 * Returns a function that tells, from p and n, whether the positive side is kept: f(P) > u. A
 * linear f(P) = k (P − ½) + ½ is compared without a division: k (p − q) > (2u − 1)(p + q). If `s`
 * is given, then G = s g, and p and n are sums over g. A negative s exchanges the sides of G and g,
 * and the function answers for the positive side of g.
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
 * Returns `result` of p and n. `sides` sums the lanes, times a scale if one is given. Where p + q
 * is too close to the ends of float32 (below 2⁻⁶⁰ or above 2¹²⁶), the sums are those of lanes
 * scaled by a power of two. If the scaled sums overflow as well, a lane is infinite or NaN, and the
 * result is NaN.
 */
export function decide<T>(apply: Apply<T>, sides: (scale?: T) => Sides<T>, result: (p: T, n: T) => T): T {
  const [p, n] = sides();
  const total = apply(functions.difference, p, n);
  const [P, N] = sides(apply(functions.scale, total));
  return apply(functions.decided, total, result(p, n), apply(functions.difference, P, N), result(P, N));
}

/**
 * Returns the weight ℓ + (1 − ℓ) M of a lane. `side` is 1 where the positive side is kept and −1
 * where the negative side is. If A is given, M is also 1 where G and A are both 0.
 */
export function laneWeight<T>(apply: Apply<T>, G: T, side: T, leak: T | number, A?: T): T {
  const kept = apply(functions.isKept, G, side);
  return apply(functions.weight, A === undefined ? kept : apply(functions.orNothing, kept, G, A), leak);
}
