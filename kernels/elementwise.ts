/**
 * THE table of elementwise operations, and the only place to add one. An entry is
 *
 *     name: unary(value, partial, { domain, kernel })
 *
 * - `value` defines the operation in float64; the reference device calls it.
 * - `partial` (`binary` and `ternary` take one for each input) is the derivative, a function of the
 *   inputs and then the result `y`. It is read as source and becomes graph nodes, so derivatives of
 *   every order follow. Where a partial is a choice, `c ? u : v`, the product with the cotangent g
 *   is the choice `c ? g·u : g·v`, and g·0 in a choice is 0 for every g.
 * - `kernel` is the form that shaders run where `value` is inaccurate or slow in float32, or loses
 *   a NaN. In shaders min, max and some choices lose NaNs. A form therefore ends in a choice whose
 *   last branch only a NaN reaches: `x > 0 ? v : x < 0 ? -v : x` or `x === x ? v : x`.
 *
 * Partials and kernels (and values without a kernel) are one expression, or `const`s and a return.
 * They may use numbers, arithmetic, comparisons, ternaries, Math's functions, and this table's own
 * entries as `op.name(…)`. We fitted the polynomials in kernels ourselves, for the least relative
 * error on the interval where each is used; tests bound their errors in ulps.
 */
import { erf, gaussian, normalCdf, sigmoid } from './special.ts';

export type Scalar = (...args: number[]) => number;
type Unary = (x: number) => number;
type Binary = (a: number, b: number) => number;
type Ternary = (a: number, b: number, c: number) => number;

export interface Entry {
  readonly arity: 1 | 2 | 3;
  readonly value: Scalar;
  /**
   * One derivative for each input, called with the inputs and then y; null if the derivative is
   * zero wherever it exists.
   */
  readonly partials: readonly (Scalar | null)[];
  readonly kernel?: Scalar;
  /**
   * For each input, the interval inside which value and derivative are finite. At its ends they may
   * be infinite.
   */
  readonly domain: readonly (readonly [number, number])[];
  /** The values of the first input at which the value or its derivative jumps or is infinite. */
  readonly kinks: readonly number[];
}

interface Options<F> {
  readonly kernel?: F;
  readonly domain?: readonly (readonly [number, number])[];
  readonly kinks?: readonly number[];
}

const line: readonly [number, number] = [-Infinity, Infinity];

function entry<A extends 1 | 2 | 3>(
  arity: A,
  value: Scalar,
  partials: readonly (Scalar | null)[],
  { kernel, domain = [], kinks = [] }: Options<Scalar>,
): Entry & { readonly arity: A } {
  const intervals = Array.from({ length: arity }, (_, i) => domain[i] ?? line);
  return { arity, value, partials, domain: intervals, kinks, ...(kernel && { kernel }) };
}

/**
 * A partial derivative of an operation on two or three inputs: a function of the inputs and, where
 * it needs it, the result.
 */
type Slope = Ternary | null;

const unary = (f: Unary, d: Binary | null, options: Options<Unary> = {}) =>
  entry(1, f as Scalar, [d as Scalar | null], options as Options<Scalar>);

const binary = (f: Binary, da: Slope, db: Slope, options: Options<Binary> = {}) =>
  entry(2, f as Scalar, [da, db] as (Scalar | null)[], options as Options<Scalar>);

const ternary = (f: Ternary, da: Slope, db: Slope, dc: Slope, options: Options<Ternary> = {}) =>
  entry(3, f as Scalar, [da, db, dc] as (Scalar | null)[], options as Options<Scalar>);

/**
 * This table's entries, for use inside its own expressions, under names that bundlers keep; and
 * `timesTwoTo`, which special.ts explains.
 */
declare const op: Record<'timesTwoTo' | 'hypot', Binary> &
  Record<
    'exp' | 'sin' | 'cos' | 'log' | 'log1p' | 'atan' | 'asin' | 'tanh' | 'sigmoid' | 'bell' | 'gaussian' | 'sign',
    Unary
  >;

// An entry reads best on one line.
// prettier-ignore
export const elementwise = {
  /** −x. */
  neg: unary((x) => -x, () => -1),
  /** |x|; abs′(0) = 0. */
  abs: unary((x) => Math.abs(x), (x) => (x === 0 ? 0 : op.sign(x)), { kinks: [0] }),
  /** Returns the sign of x: −1, 0 or 1. */
  sign: unary((x) => Math.sign(x), null, { kernel: (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : x), kinks: [0] }),
  /**
   * e^x. Kernels subtract a multiple of ln 2 from x in two parts, the first of which is exact, and
   * scale a polynomial of the rest by a power of two. WebAssembly runs this far faster than a call
   * of Math.exp.
   */
  exp: unary((x) => Math.exp(x), (x, y) => y, {
    kernel: (x) => {
      const n = Math.floor(x * 1.4426950408889634 + 0.5);
      const r = x - n * 0.693359375 + n * 0.00021219444005469057;
      const p = 1 + (r + r * r * (0.4999999344 + r * (0.1666652048 + r * (0.04166838988 +
        r * (0.008368735681 + r * 0.001381455863)))));
      // Above 88.8 the last case is ∞, and NaN stays NaN.
      return x < -104 ? 0 : x <= 88.8 ? op.timesTwoTo(p, n) : x * Infinity;
    },
  }),
  /** e^x − 1, accurate near 0. */
  expm1: unary((x) => Math.expm1(x), (x) => Math.exp(x), {
    kernel: (x) =>
      Math.abs(x) < 0.4
        ? x * (1 + x * (0.500000011 + x * (0.1666666702 + x * (0.04166611305 + x * (0.008333227545 + x * (0.001395833196 + x * 0.0001993791167))))))
        : op.exp(x) - 1,
  }),
  /** Returns the natural logarithm of x; log(0) = −∞. */
  log: unary((x) => Math.log(x), (x) => 1 / x, {
    domain: [[0, Infinity]],
    kernel: (x) => {
      const s = (x - 1) / (x + 1);
      const z = s * s;
      const near = 2 * s * (1 + z * (0.3333333258 + z * (0.2000022493 + z * (0.1426492883 + z * 0.1186270939))));
      return x > 0.7 && x < 1.4 ? near : x > 0 ? Math.log(x) : x === 0 ? -Infinity : NaN;
    },
  }),
  /** log(1 + x), accurate near 0. */
  log1p: unary((x) => Math.log1p(x), (x) => 1 / (1 + x), {
    domain: [[-1, Infinity]],
    kernel: (x) => {
      const s = x / (2 + x);
      const z = s * s;
      const near = 2 * s * (1 + z * (0.3333333258 + z * (0.2000022493 + z * (0.1426492883 + z * 0.1186270939))));
      return x > -0.3 && x < 0.4 ? near : op.log(1 + x);
    },
  }),
  /** √x. */
  sqrt: unary((x) => Math.sqrt(x), (x, y) => 0.5 / y, { domain: [[0, Infinity]] }),
  /** 1/√x. */
  rsqrt: unary((x) => 1 / Math.sqrt(x), (x, y) => (-0.5 * y) / x, { domain: [[0, Infinity]] }),
  /** x². */
  square: unary((x) => x * x, (x) => 2 * x),
  /** 1/x. */
  reciprocal: unary((x) => 1 / x, (x, y) => -y * y, { domain: [[0, Infinity]] }),
  /**
   * sin x. Shaders subtract a multiple of π/2 in six parts, five of them exact. That is accurate up
   * to |x| = 1e5; for larger |x| they use their own sine.
   */
  sin: unary((x) => Math.sin(x), (x) => op.cos(x), {
    kernel: (x) => {
      const q = Math.floor(x * 0.6366197723675814 + 0.5);
      const r = x - q * 1.5703125 - q * 0.0004825592041015625 - q * 0.0000012665987014770508 - q * 9.89530235528946e-10 - q * 2.5579538487363607e-12 - q * 5.390302857960965e-15;
      const z = r * r;
      const s = r + r * z * (-0.1666666664 + z * (0.008333329267 + z * (-0.0001983929612 + z * 0.000002717939796)));
      const c = 1 + z * (-0.4999999971 + z * (0.04166662202 + z * (-0.001388672129 + z * 0.00002438637026)));
      const m = q - 4 * Math.floor(q * 0.25);
      return Math.abs(x) > 100000 ? Math.sin(x) : m === 0 ? s : m === 1 ? c : m === 2 ? -s : -c;
    },
  }),
  /** cos x. */
  cos: unary((x) => Math.cos(x), (x) => -op.sin(x), {
    kernel: (x) => {
      const q = Math.floor(x * 0.6366197723675814 + 0.5);
      const r = x - q * 1.5703125 - q * 0.0004825592041015625 - q * 0.0000012665987014770508 - q * 9.89530235528946e-10 - q * 2.5579538487363607e-12 - q * 5.390302857960965e-15;
      const z = r * r;
      const s = r + r * z * (-0.1666666664 + z * (0.008333329267 + z * (-0.0001983929612 + z * 0.000002717939796)));
      const c = 1 + z * (-0.4999999971 + z * (0.04166662202 + z * (-0.001388672129 + z * 0.00002438637026)));
      const m = q - 4 * Math.floor(q * 0.25);
      return Math.abs(x) > 100000 ? Math.cos(x) : m === 0 ? c : m === 1 ? -s : m === 2 ? -c : s;
    },
  }),
  /** tan x. */
  tan: unary((x) => Math.tan(x), (x, y) => 1 + y * y, {
    kernel: (x) => op.sin(x) / op.cos(x),
    domain: [[-1.57, 1.57]],
  }),
  /**
   * Returns the arcsine of x, for −1 ≤ x ≤ 1. Near the poles 1 − x² is computed as (1 − x)(1 + x),
   * which does not cancel. At a pole that product is 0, and its derivative would be 0 · ∞ in
   * reverse mode, so 1 − |x| takes its place. acos, acosh and atanh do the same.
   */
  asin: unary((x) => Math.asin(x), (x) => {
    const pole = Math.abs(x) === 1;
    const s = pole ? 0 : x;
    const rest = Math.abs(s) < 0.5 ? 1 - s * s : (1 - s) * (1 + s);
    return pole ? 1 / Math.sqrt(1 - Math.abs(x)) : 1 / Math.sqrt(rest);
  }, {
    domain: [[-1, 1]],
    kernel: (x) => {
      const a = Math.abs(x);
      const far = a > 0.5;
      const z = far ? 0.5 * (1 - a) : a * a;
      const r = far ? Math.sqrt(z) : a;
      const p = r * (1 + z * (0.1666675413 + z * (0.07495232672 + z * (0.04547834174 + z * (0.02414099792 + z * 0.04223052999)))));
      const v = far ? 1.5707963267948966 - 2 * p : p;
      return a > 1 ? NaN : x < 0 ? -v : v;
    },
  }),
  /** Returns the arccosine of x, for −1 ≤ x ≤ 1. */
  acos: unary((x) => Math.acos(x), (x) => {
    const pole = Math.abs(x) === 1;
    const s = pole ? 0 : x;
    const rest = Math.abs(s) < 0.5 ? 1 - s * s : (1 - s) * (1 + s);
    return pole ? -1 / Math.sqrt(1 - Math.abs(x)) : -1 / Math.sqrt(rest);
  }, {
    domain: [[-1, 1]],
    kernel: (x) => (x > 0.5 ? 2 * op.asin(Math.sqrt(0.5 * (1 - x))) : 1.5707963267948966 - op.asin(x)),
  }),
  /** Returns the arctangent of x. */
  atan: unary((x) => Math.atan(x), (x) => { const h = op.hypot(1, x); return 1 / h / h; }, {
    kernel: (x) => {
      const a = Math.abs(x);
      const r = a > 2.414213562 ? -1 / a : a > 0.4142135623 ? (a - 1) / (a + 1) : a;
      const z = r * r;
      const p = r * (1 + z * (-0.3333331468 + z * (0.1999843445 + z * (-0.1424274139 + z * (0.1058736154 + z * -0.06060523792)))));
      const v = a > 2.414213562 ? 1.5707963267948966 + p : a > 0.4142135623 ? 0.7853981633974483 + p : p;
      return x < 0 ? -v : v;
    },
  }),
  /** (e^x − e^{−x})/2. */
  sinh: unary((x) => Math.sinh(x), (x) => Math.cosh(x), {
    kernel: (x) => {
      const z = x * x;
      const near = x * (1 + z * (0.1666666649 + z * (0.008333350598 + z * (0.0001983606624 + z * 0.000002817439664))));
      const h = op.exp(0.5 * Math.abs(x));
      const far = 0.5 * h * h - 0.5 / h / h;
      return z < 1 ? near : x < 0 ? -far : far;
    },
  }),
  /** (e^x + e^{−x})/2. */
  cosh: unary((x) => Math.cosh(x), (x) => Math.sinh(x), {
    kernel: (x) => {
      const h = op.exp(0.5 * Math.abs(x));
      return 0.5 * h * h + 0.5 / h / h;
    },
  }),
  /**
   * Returns the hyperbolic tangent of x. Kernels use an odd polynomial near 0, and (1 −
   * e^{−2|x|})/(1 + e^{−2|x|}) further out, where the difference loses no digits.
   */
  tanh: unary((x) => Math.tanh(x), (x) => 4 * op.bell(2 * x), {
    kernel: (x) => {
      const z = x * x;
      const near = x * (1 + z * (-0.3333331805 + z * (0.1333260167 + z * (-0.05385385664 + z * (0.02107775339 + z * -0.006282466723)))));
      const e = op.exp(-Math.abs(2 * x));
      return z < 0.3 ? near : (x > 0 ? 1 - e : e - 1) / (1 + e);
    },
  }),
  /** Returns the inverse hyperbolic sine of x. */
  asinh: unary((x) => Math.asinh(x), (x) => 1 / op.hypot(1, x), {
    kernel: (x) => {
      const a = Math.abs(x);
      const small = Math.min(a, 10000);
      const v = a > 10000 ? op.log(a) + 0.6931471805599453 : op.log1p(small + (small * small) / (1 + Math.sqrt(1 + small * small)));
      return x > 0 ? v : x < 0 ? -v : x;
    },
  }),
  /** Returns the inverse hyperbolic cosine of x, for x ≥ 1. */
  acosh: unary((x) => Math.acosh(x), (x) => {
    const pole = x === 1;
    const s = pole ? 2 : x;
    return pole ? 1 / Math.sqrt(2 * (x - 1)) : 1 / Math.sqrt(s - 1) / Math.sqrt(s + 1);
  }, {
    domain: [[1, Infinity]],
    kernel: (x) => {
      const t = Math.min(x, 10000) - 1;
      return x > 10000 ? op.log(x) + 0.6931471805599453 : x >= 1 ? op.log1p(t + Math.sqrt(t * (t + 2))) : NaN;
    },
  }),
  /** Returns the inverse hyperbolic tangent of x, for −1 ≤ x ≤ 1. */
  atanh: unary((x) => Math.atanh(x), (x) => {
    const pole = Math.abs(x) === 1;
    const s = pole ? 0 : x;
    const rest = Math.abs(s) < 0.5 ? 1 - s * s : (1 - s) * (1 + s);
    return pole ? 1 / (1 - Math.abs(x)) : 1 / rest;
  }, {
    domain: [[-1, 1]],
    kernel: (x) => {
      const a = Math.abs(x);
      const v = a > 1 ? NaN : a === 1 ? Infinity : 0.5 * op.log1p((2 * a) / (1 - a));
      return x < 0 ? -v : v;
    },
  }),
  /** 1/(1 + e^{−x}). */
  sigmoid: unary(sigmoid, (x) => op.bell(x), {
    kernel: (x) => {
      const e = op.exp(-Math.abs(x));
      return (x < 0 ? e : 1) / (1 + e);
    },
  }),
  /**
   * Returns the derivative of sigmoid, e^{−|x|}/(1 + e^{−|x|})², which is the density of the
   * logistic distribution. tanh′(x) = 4 bell(2x). The derivative of bell is −bell(x) tanh(x/2).
   */
  bell: unary((x) => Math.exp(-Math.abs(x)) / (1 + Math.exp(-Math.abs(x))) ** 2, (x, y) => -y * op.tanh(0.5 * x), {
    kernel: (x) => {
      const e = op.exp(-Math.abs(x));
      return e / ((1 + e) * (1 + e));
    },
  }),
  /** log sigmoid(x). It is finite for every finite x. */
  logSigmoid: unary((x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), (x) => op.sigmoid(-x), {
    kernel: (x) => Math.min(x, 0) - op.log1p(op.exp(-Math.abs(x))),
  }),
  /** log(1 + e^x). It is finite for every finite x. */
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), (x) => op.sigmoid(x), {
    kernel: (x) => Math.max(x, 0) + op.log1p(op.exp(-Math.abs(x))),
  }),
  /** max(x, 0); relu′(0) = 0. */
  relu: unary((x) => (x <= 0 ? 0 : x), (x) => (x > 0 ? 1 : 0), { kernel: (x) => (x > 0 ? x : x === x ? 0 : x), kinks: [0] }),
  /** Returns the error function, 2/√π ∫₀ˣ e^{−t²} dt. */
  erf: unary(erf, (x) => { const p = op.gaussian(x); return 1.1283791670955126 * p * p; }, {
    kernel: (x) => {
      const a = Math.min(Math.abs(x), 4);
      const z = a * a;
      const near = x * (1.128379166 + z * (-0.3761262714 + z * (0.1128360018 + z * (-0.02685444459 +
        z * (0.005189535339 + z * (-0.0008020841277 + z * 0.0000788911952))))));
      const t = 1 / (1 + 0.5 * a);
      const far = 1 - op.exp(-z) * (0.0006076795622 + t * (0.2736022184 + t * (0.3309228952 + t * (0.1010447897 +
        t * (0.4041759274 + t * (-0.05760759018 + t * -0.05345237369))))));
      const v = a >= 4 ? 1 : far;
      return a < 1 ? near : x > 0 ? v : x < 0 ? -v : x;
    },
  }),
  /**
   * e^{−x²/2}. Kernels round x to a number h of 12 bits, whose square is exact, and multiply
   * e^{−h²/2} by e^{(h² − x²)/2}, whose exponent is small. The derivative is −x y, and 0 where y is
   * 0, also at ±∞.
   */
  gaussian: unary(gaussian, (x, y) => -(y === 0 ? 1 : x) * y, {
    kernel: (x) => {
      const c = x > 15 ? 15 : x < -15 ? -15 : x;
      const h = Math.floor(c * 256 + 0.5) * 0.00390625;
      return op.exp(-0.5 * h * h) * op.exp(0.5 * (h - c) * (h + c));
    },
  }),
  /** Φ(x) = (1 + erf(x/√2))/2, the normal distribution function, accurate in both tails. */
  normalCdf: unary(normalCdf, (x) => 0.3989422804014327 * op.gaussian(x), {
    kernel: (x) => {
      const z = x * x;
      const near = 0.5 + x * (0.3989422788 + z * (-0.0664902945 + z * (0.00997282286 + z * (-0.001185001638 + z * (0.0001120554139 + z * -0.000007116218328)))));
      const u = 1 + 0.25 * Math.abs(x);
      const t = 1 / u;
      const tail = op.gaussian(x) * (0.09974633 + t * (0.09952147 + t * (0.09528779 + t * (0.07301311 + t * (0.08385034 +
        t * (0.01773638 + t * (0.0226089 + t * (0.05588098 + t * (-0.06453781 + t * 0.01689252))))))))) / u;
      return z < 1.35 ? near : x > 0 ? 1 - tail : tail;
    },
  }),
  /** Returns the largest integer not above x. The derivative is 0. */
  floor: unary((x) => Math.floor(x), null),
  /** Returns the smallest integer not below x. The derivative is 0. */
  ceil: unary((x) => Math.ceil(x), null, { kernel: (x) => -Math.floor(-x) }),
  /** Returns the nearest integer to x; a half goes to the even integer. The derivative is 0. */
  round: unary((x) => {
    const f = Math.floor(x);
    const d = x - f;
    return d < 0.5 ? f : d > 0.5 ? f + 1 : f - 2 * Math.floor(f * 0.5) === 0 ? f : f + 1;
  }, null),
  /** Returns 1 where x is NaN, else 0. A shader may give 0 for a NaN: see docs/numerics. */
  isNaN: unary((x) => (x === x ? 0 : 1), null),
  /** Returns 1 where x is neither NaN nor infinite, else 0. */
  isFinite: unary((x) => (Number.isFinite(x) ? 1 : 0), null, { kernel: (x) => (Math.abs(x) <= 3.4028234663852886e38 ? 1 : 0) }),
  /** Returns 1 where x is 0, else 0. */
  not: unary((x) => (x === 0 ? 1 : 0), null),

  /** a + b. */
  add: binary((a, b) => a + b, () => 1, () => 1),
  /** a − b. */
  sub: binary((a, b) => a - b, () => 1, () => -1),
  /** a · b. */
  mul: binary((a, b) => a * b, (a, b) => b, (a) => a),
  /** a / b. */
  div: binary((a, b) => a / b, (a, b) => 1 / b, (a, b, y) => -y / b, { domain: [line, [0, Infinity]] }),
  /**
   * a^b. For an integer b, a may be negative. 1^b and a^0 are 1 even if the other input is NaN, as
   * in C.
   */
  pow: binary(
    (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b)),
    // For b < ½ the difference b − 1 may be rounded, so the form b a^b/a is used, but for an
    // infinite a, where it is ∞/∞. At a = 0, b is rounded, so that further derivatives treat it as
    // a constant. Each choice stands outside its products, so that the tangent of what was not
    // chosen, 0, is not multiplied by an infinity.
    (a, b) => {
      const low = b < 0.5 ? (a === 0 ? 0 : 1 / a === 0 ? 0 : 1) : 0;
      const p = Math.pow(a, b === 0 ? b : low ? b : b - 1);
      const q = a === 0 ? (b > 0 ? Math.ceil(b) : Math.floor(b)) * p : (a === 0 ? 0 : b) * p;
      return low ? q / (low ? a : 1) : q;
    },
    (a, b) => { const s = a === 0 ? 1 : a; return a === 0 ? 0 : Math.pow(s, b) * op.log(s); },
    {
      domain: [[0, Infinity]],
      kernel: (a, b) => {
        const s = Math.abs(a);
        const p = s === 1 ? 1 : Math.pow(s, b);
        const whole = b === Math.floor(b);
        const odd = b * 0.5 !== Math.floor(b * 0.5);
        const v = a > 0 ? p : a === 0 ? (b > 0 ? 0 : Infinity) : whole ? (odd ? -p : p) : s > 3.4028234663852886e38 ? p : NaN;
        return a === 1 || b === 0 ? 1 : a === a ? (b === b ? v : b) : a;
      },
    },
  ),
  /** a − b ⌊a/b⌋: the remainder with the sign of the divisor b. */
  mod: binary(
    (a, b) => { const r = a % b; return r !== 0 && r < 0 !== b < 0 ? r + b : r; },
    () => 1,
    (a, b, y) => (y === a ? 0 : y === b ? 1 : -Math.round((a - y) / b)),
    {
      domain: [line, [0, Infinity]],
      // Computes a − b q exactly, by splitting b and q into halves of 12 bits. It does so twice,
      // which reaches quotients up to 2⁴⁶. For larger quotients the remainder is lost, and the
      // result is 0, never a number beyond b.
      kernel: (a, b) => {
        const k = Math.abs(b) > 1e30 ? 9.5367431640625e-7 : 1;
        const d = b * k;
        const dh = 4097 * d - (4097 * d - d);
        const dl = d - dh;
        const q = Math.floor((a * k) / d);
        const qh = 4097 * q - (4097 * q - q);
        const r = a * k - qh * dh - qh * dl - (q - qh) * dh - (q - qh) * dl;
        const p = Math.floor(r / d);
        const ph = 4097 * p - (4097 * p - p);
        const s = r - ph * dh - ph * dl - (p - ph) * dh - (p - ph) * dl;
        const t = d > 0 ? (s < 0 ? s + d : s >= d ? s - d : s) : s > 0 ? s + d : s <= d ? s - d : s;
        const v = Math.abs(q) > 7e13 ? (a - a) / Math.abs(b) : (d > 0 ? (t < 0 ? 0 : t > d ? 0 : t) : t > 0 ? 0 : t < d ? 0 : t) / k;
        return Math.abs(a) < Math.abs(b) ? ((b > 0 ? a < 0 : a > 0) ? a + b : a) : v;
      },
    },
  ),
  /**
   * Returns the angle of the point (b, a), in [−π, π]. Its derivatives are b/h² and −a/h² for h =
   * √(a² + b²), and 0 where h is infinite.
   */
  atan2: binary((a, b) => Math.atan2(a, b), (a, b) => {
    const h = op.hypot(a, b);
    const far = 1 / h === 0;
    const s = far ? 1 : h;
    return far ? 0 : b / s / s;
  }, (a, b) => {
    const h = op.hypot(a, b);
    const far = 1 / h === 0;
    const s = far ? 1 : h;
    return far ? 0 : -a / s / s;
  }, {
    kernel: (a, b) => {
      const t = a === b ? 0.7853981633974483 : a === -b ? -0.7853981633974483 : op.atan(a / b);
      return b > 0 ? t : b < 0 ? (a < 0 || 1 / a < 0 ? t - 3.141592653589793 : t + 3.141592653589793) : b === 0 ? (a > 0 ? 1.5707963267948966 : a < 0 ? -1.5707963267948966 : a) : b;
    },
  }),
  /**
   * √(a² + b²), computed so that the squares neither overflow nor underflow. The result is NaN if
   * either input is. The derivative at (0, 0) is 0. Kernel and derivatives use the ratio q of the
   * smaller magnitude to the larger, in which no digits cancel.
   */
  hypot: binary((a, b) => (a === a && b === b ? Math.hypot(a, b) : NaN),
    (a, b) => {
      const m = Math.abs(a) > Math.abs(b) ? a : b === 0 ? 1 : b;
      const q = (Math.abs(a) > Math.abs(b) ? b : a) / m;
      return (op.sign(m) * (Math.abs(a) > Math.abs(b) ? 1 : q)) / op.hypot(1, q);
    },
    (a, b) => {
      const m = Math.abs(b) > Math.abs(a) ? b : a === 0 ? 1 : a;
      const q = (Math.abs(b) > Math.abs(a) ? a : b) / m;
      return (op.sign(m) * (Math.abs(b) > Math.abs(a) ? 1 : q)) / op.hypot(1, q);
    },
    { kernel: (a, b) => {
      const m = Math.abs(a) > Math.abs(b) ? Math.abs(a) : Math.abs(b);
      const q = Math.abs(a) === Math.abs(b) ? 1 : (Math.abs(a) > Math.abs(b) ? Math.abs(b) : Math.abs(a)) / m;
      return m * Math.sqrt(1 + q * q);
    } }),
  /** Returns the larger of a and b. At a tie each input gets half of the derivative. */
  maximum: binary((a, b) => Math.max(a, b), (a, b) => (a > b ? 1 : a === b ? 0.5 : 0), (a, b) => (b > a ? 1 : a === b ? 0.5 : 0), {
    kernel: (a, b) => (a > b ? a : a <= b ? b : a + b),
  }),
  /** Returns the smaller of a and b. At a tie each input gets half of the derivative. */
  minimum: binary((a, b) => Math.min(a, b), (a, b) => (a < b ? 1 : a === b ? 0.5 : 0), (a, b) => (b < a ? 1 : a === b ? 0.5 : 0), {
    kernel: (a, b) => (a < b ? a : a >= b ? b : a + b),
  }),
  /** Returns 1 where a = b, else 0. */
  equal: binary((a, b) => (a === b ? 1 : 0), null, null),
  /** Returns 1 where a ≠ b, else 0. */
  notEqual: binary((a, b) => (a === b ? 0 : 1), null, null),
  /** Returns 1 where a < b, else 0. */
  less: binary((a, b) => (a < b ? 1 : 0), null, null),
  /** Returns 1 where a ≤ b, else 0. */
  lessEqual: binary((a, b) => (a <= b ? 1 : 0), null, null),
  /** Returns 1 where a > b, else 0. */
  greater: binary((a, b) => (a > b ? 1 : 0), null, null),
  /** Returns 1 where a ≥ b, else 0. */
  greaterEqual: binary((a, b) => (a >= b ? 1 : 0), null, null),
  /** Returns 1 where neither a nor b is 0, else 0. */
  and: binary((a, b) => (a === 0 ? 0 : b === 0 ? 0 : 1), null, null),
  /** Returns 1 where a or b is not 0, else 0. */
  or: binary((a, b) => (a === 0 ? (b === 0 ? 0 : 1) : 1), null, null),

  /**
   * Returns a where c is not 0, else b. The input that is not chosen gets a cotangent of zero, even
   * where the cotangent of the result is infinite or NaN.
   */
  where: ternary((c, a, b) => (c === 0 ? b : a), null, (c) => (c ? 1 : 0), (c) => (c ? 0 : 1)),
  /**
   * Returns x limited to [low, high]: min(max(x, low), high). The derivative in x is 1 at the
   * bounds.
   */
  clip: ternary(
    (x, low, high) => (x === x ? (low > high ? high : x < low ? low : x > high ? high : x) : x),
    (x, low, high) => (x < low ? 0 : x > high ? 0 : 1),
    (x, low, high) => (low > high ? 0 : x < low ? 1 : 0),
    (x, low, high) => (low > high ? 1 : x > high ? 1 : 0),
  ),
} satisfies Record<string, Entry>;

export type ElementwiseName = keyof typeof elementwise;
