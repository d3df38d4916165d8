/**
 * The GradDrop merge over lanes (Chen et al. 2020, Algorithm 1, lines 10–15), told apart from how
 * its inputs arise.
 *
 * Inputs: g [T, …], the lanes' cotangents; G [T, …], what their signs are read from (sgn(A)∘g,
 * summed over the marginalised axes, which stay with size 1); u […], uniform draws of G's shape
 * without lanes; then, if the attributes say so, leak [T] and A […].
 *
 *     p = Σ_{G_i>0} G_i    q = Σ_{G_i<0} |G_i|    positive = f(p / (p + q)) > u
 *     y = Σ_i (ℓ_i + (1 − ℓ_i) M_i) g_i    M_i = [positive]·[G_i > 0] + [not positive]·[G_i < 0]
 *
 * It is linear in g: G, u, leak and A decide, g is carried. Where a G is infinite or NaN there is
 * no purity, and y is NaN.
 */
export interface SignDropAttrs {
  /**
   * Slope of the linear keep function f(P) = k (P − ½) + ½, compared without dividing: k (p − q) >
   * (2u − 1)(p + q).
   */
  readonly k?: number;
  /** A keep function of one scalar: a graph of elementwise nodes of shape [] from `p` to `f`. */
  readonly keep?: { readonly p: object; readonly f: object };
  readonly leak: boolean;
  /** Whether A is given: a lane with G_i = 0 then passes where A is 0. */
  readonly keepZero: boolean;
  /**
   * In plans: the second input is no G but a factor s, [1, …], with G_i = s g_i; only its sign
   * counts.
   */
  readonly factor?: boolean;
}

/** Lanes are summed times this, too, for when the plain sums overflow. */
export const scaleDown = 2 ** -40;
/**
 * Sums below `tiny` are scaled up before they are compared, or a shader would flush the products.
 */
export const tiny = 2 ** -60;
export const scaleUp = 2 ** 60;
/** Sums beyond this count as overflowed. */
export const huge = 2 ** 126;
