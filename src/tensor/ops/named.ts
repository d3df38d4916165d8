// Made from the table in kernels/elementwise.ts by scripts/names.js, which `npm run build` runs.
import { elementwiseFunctions as functions } from './elementwise.ts';

/** −x. */
export const neg = functions.neg;
/** |x|; abs′(0) = 0. */
export const abs = functions.abs;
/** −1, 0 or 1. */
export const sign = functions.sign;
/**
 * e^x. Kernels reduce x by ln 2 in two exact parts and double a polynomial; a WebAssembly call of
 * Math.exp costs ten times as much.
 */
export const exp = functions.exp;
/** e^x − 1, accurate near 0. */
export const expm1 = functions.expm1;
/** Natural logarithm; log(0) = −∞. */
export const log = functions.log;
/** log(1 + x), accurate near 0. */
export const log1p = functions.log1p;
/** √x. */
export const sqrt = functions.sqrt;
/** 1/√x. */
export const rsqrt = functions.rsqrt;
/** x². */
export const square = functions.square;
/** 1/x. */
export const reciprocal = functions.reciprocal;
/**
 * sin x. Shaders reduce x by π/2 in six parts, five of them exact; good to |x| = 1e5, past which
 * they use their own sine.
 */
export const sin = functions.sin;
/** cos x. */
export const cos = functions.cos;
/** tan x. */
export const tan = functions.tan;
/** Arcsine. */
export const asin = functions.asin;
/** Arccosine. */
export const acos = functions.acos;
/** Arctangent. */
export const atan = functions.atan;
/** (e^x − e^{−x})/2. */
export const sinh = functions.sinh;
/** (e^x + e^{−x})/2. */
export const cosh = functions.cosh;
/**
 * Hyperbolic tangent: an odd polynomial near 0, (1 − e^{−2|x|})/(1 + e^{−2|x|}) further out,
 * where it does not cancel.
 */
export const tanh = functions.tanh;
/** Inverse of sinh. */
export const asinh = functions.asinh;
/** Inverse of cosh. */
export const acosh = functions.acosh;
/** Inverse of tanh. */
export const atanh = functions.atanh;
/** 1/(1 + e^{−x}). */
export const sigmoid = functions.sigmoid;
/**
 * σ′(x) = e^{−|x|}/(1 + e^{−|x|})², the density of the logistic distribution; tanh′(x) = 4
 * bell(2x). Its own derivative is −y tanh(x/2).
 */
export const bell = functions.bell;
/** log sigmoid(x), finite for every finite x. */
export const logSigmoid = functions.logSigmoid;
/** log(1 + e^x), finite for every finite x. */
export const softplus = functions.softplus;
/** max(x, 0); relu′(0) = 0. */
export const relu = functions.relu;
/** 2/√π ∫₀ˣ e^{−t²} dt. */
export const erf = functions.erf;
/** e^{−x²/2}. A number of 12 bits near x has an exact square; what is left of x² is small. */
export const gaussian = functions.gaussian;
/** Φ(x) = (1 + erf(x/√2))/2, the normal distribution, accurate in both tails. */
export const normalCdf = functions.normalCdf;
/** The largest integer not above x. */
export const floor = functions.floor;
/** The smallest integer not below x. */
export const ceil = functions.ceil;
/** The nearest integer, halves to the even one. */
export const round = functions.round;
/** 1 where x is NaN. Shaders may not tell: see docs/numerics. */
export const isNaN = functions.isNaN;
/** 1 where x is neither NaN nor infinite. */
export const isFinite = functions.isFinite;
/** 1 where x is 0. */
export const not = functions.not;
/** a + b. */
export const add = functions.add;
/** a − b. */
export const sub = functions.sub;
/** a · b. */
export const mul = functions.mul;
/** a / b. */
export const div = functions.div;
/**
 * a^b; an integer b is right for a negative a as well. 1^b and a^0 are 1 whatever the other is,
 * as in C.
 */
export const pow = functions.pow;
/** a − b ⌊a/b⌋: the remainder with the sign of the divisor. */
export const mod = functions.mod;
/** The angle of the point (b, a), in (−π, π]. */
export const atan2 = functions.atan2;
/**
 * √(a² + b²), where neither square overflows nor vanishes; NaN if either is; its derivative at
 * (0, 0) is 0. In the ratio q of the smaller to the larger nothing cancels.
 */
export const hypot = functions.hypot;
/** The larger; a tie splits the derivative ½ ½. */
export const maximum = functions.maximum;
/** The smaller; a tie splits the derivative ½ ½. */
export const minimum = functions.minimum;
/** 1 where a = b, else 0, as all comparisons. */
export const equal = functions.equal;
/** 1 where a ≠ b. */
export const notEqual = functions.notEqual;
/** 1 where a < b. */
export const less = functions.less;
/** 1 where a ≤ b. */
export const lessEqual = functions.lessEqual;
/** 1 where a > b. */
export const greater = functions.greater;
/** 1 where a ≥ b. */
export const greaterEqual = functions.greaterEqual;
/** 1 where neither is 0. */
export const and = functions.and;
/** 1 where not both are 0. */
export const or = functions.or;
/** a where c is not 0, else b; the branch not taken gets a cotangent of zero, whatever y's is. */
export const where = functions.where;
/** min(max(x, low), high): x held between low and high; the derivative passes at the bounds. */
export const clip = functions.clip;
