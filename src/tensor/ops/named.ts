// Made from the table in kernels/elementwise.ts by scripts/names.js, which `npm run build` runs.
import { elementwiseFunctions as functions } from './elementwise.ts';

/** −x. */
export const neg = functions.neg;
/** |x|; abs′(0) = 0. */
export const abs = functions.abs;
/** Returns the sign of x: −1, 0 or 1. */
export const sign = functions.sign;
/**
 * e^x. Kernels subtract a multiple of ln 2 from x in two parts, the first of which is exact, and
 * scale a polynomial of the rest by a power of two. WebAssembly runs this far faster than a call
 * of Math.exp.
 */
export const exp = functions.exp;
/** e^x − 1, accurate near 0. */
export const expm1 = functions.expm1;
/** Returns the natural logarithm of x; log(0) = −∞. */
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
 * sin x. Shaders subtract a multiple of π/2 in six parts, five of them exact. That is accurate up
 * to |x| = 1e5; for larger |x| they use their own sine.
 */
export const sin = functions.sin;
/** cos x. */
export const cos = functions.cos;
/** tan x. */
export const tan = functions.tan;
/**
 * Returns the arcsine of x, for −1 ≤ x ≤ 1. Near the poles 1 − x² is computed as (1 − x)(1 + x),
 * which does not cancel. At a pole that product is 0, and its derivative would be 0 · ∞ in
 * reverse mode, so 1 − |x| takes its place. acos, acosh and atanh do the same.
 */
export const asin = functions.asin;
/** Returns the arccosine of x, for −1 ≤ x ≤ 1. */
export const acos = functions.acos;
/** Returns the arctangent of x. */
export const atan = functions.atan;
/** (e^x − e^{−x})/2. */
export const sinh = functions.sinh;
/** (e^x + e^{−x})/2. */
export const cosh = functions.cosh;
/**
 * Returns the hyperbolic tangent of x. Kernels use an odd polynomial near 0, and (1 −
 * e^{−2|x|})/(1 + e^{−2|x|}) further out, where the difference loses no digits.
 */
export const tanh = functions.tanh;
/** Returns the inverse hyperbolic sine of x. */
export const asinh = functions.asinh;
/** Returns the inverse hyperbolic cosine of x, for x ≥ 1. */
export const acosh = functions.acosh;
/** Returns the inverse hyperbolic tangent of x, for −1 ≤ x ≤ 1. */
export const atanh = functions.atanh;
/** 1/(1 + e^{−x}). */
export const sigmoid = functions.sigmoid;
/**
 * Returns the derivative of sigmoid, e^{−|x|}/(1 + e^{−|x|})², which is the density of the
 * logistic distribution. tanh′(x) = 4 bell(2x). The derivative of bell is −bell(x) tanh(x/2).
 */
export const bell = functions.bell;
/** log sigmoid(x). It is finite for every finite x. */
export const logSigmoid = functions.logSigmoid;
/** log(1 + e^x). It is finite for every finite x. */
export const softplus = functions.softplus;
/** max(x, 0); relu′(0) = 0. */
export const relu = functions.relu;
/** Returns the error function, 2/√π ∫₀ˣ e^{−t²} dt. */
export const erf = functions.erf;
/**
 * e^{−x²/2}. Kernels round x to a number h of 12 bits, whose square is exact, and multiply
 * e^{−h²/2} by e^{(h² − x²)/2}, whose exponent is small. The derivative is −x y, and 0 where y is
 * 0, also at ±∞.
 */
export const gaussian = functions.gaussian;
/** Φ(x) = (1 + erf(x/√2))/2, the normal distribution function, accurate in both tails. */
export const normalCdf = functions.normalCdf;
/** Returns the largest integer not above x. The derivative is 0. */
export const floor = functions.floor;
/** Returns the smallest integer not below x. The derivative is 0. */
export const ceil = functions.ceil;
/** Returns the nearest integer to x; a half goes to the even integer. The derivative is 0. */
export const round = functions.round;
/** Returns 1 where x is NaN, else 0. A shader may give 0 for a NaN: see docs/numerics. */
export const isNaN = functions.isNaN;
/** Returns 1 where x is neither NaN nor infinite, else 0. */
export const isFinite = functions.isFinite;
/** Returns 1 where x is 0, else 0. */
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
 * a^b. For an integer b, a may be negative. 1^b and a^0 are 1 even if the other input is NaN, as
 * in C.
 */
export const pow = functions.pow;
/** a − b ⌊a/b⌋: the remainder with the sign of the divisor b. */
export const mod = functions.mod;
/**
 * Returns the angle of the point (b, a), in [−π, π]. Its derivatives are b/h² and −a/h² for h =
 * √(a² + b²), and 0 where h is infinite.
 */
export const atan2 = functions.atan2;
/**
 * √(a² + b²), computed so that the squares neither overflow nor underflow. The result is NaN if
 * either input is. The derivative at (0, 0) is 0. Kernel and derivatives use the ratio q of the
 * smaller magnitude to the larger, in which no digits cancel.
 */
export const hypot = functions.hypot;
/** Returns the larger of a and b. At a tie each input gets half of the derivative. */
export const maximum = functions.maximum;
/** Returns the smaller of a and b. At a tie each input gets half of the derivative. */
export const minimum = functions.minimum;
/** Returns 1 where a = b, else 0. */
export const equal = functions.equal;
/** Returns 1 where a ≠ b, else 0. */
export const notEqual = functions.notEqual;
/** Returns 1 where a < b, else 0. */
export const less = functions.less;
/** Returns 1 where a ≤ b, else 0. */
export const lessEqual = functions.lessEqual;
/** Returns 1 where a > b, else 0. */
export const greater = functions.greater;
/** Returns 1 where a ≥ b, else 0. */
export const greaterEqual = functions.greaterEqual;
/** Returns 1 where neither a nor b is 0, else 0. */
export const and = functions.and;
/** Returns 1 where a or b is not 0, else 0. */
export const or = functions.or;
/**
 * Returns a where c is not 0, else b. The input that is not chosen gets a cotangent of zero, even
 * where the cotangent of the result is infinite or NaN.
 */
export const where = functions.where;
/**
 * Returns x limited to [low, high]: min(max(x, low), high). The derivative in x is 1 at the
 * bounds.
 */
export const clip = functions.clip;
