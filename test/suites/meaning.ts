import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';

/** The formula of an operation in float64. */
type F = (...xs: number[]) => number;
export type Interval = readonly [number, number];

const e = Math.E;
/** Where inputs are drawn from unless a row says otherwise. */
export const line: Interval = [-2.5, 2.5];
const positive: Interval = [0.25, 3];
const inside: Interval = [-0.8, 0.8];

/** 2/√π ∫₀ˣ e^{−t²} dt by Simpson's rule. */
function erf(x: number): number {
  const n = 1200;
  const h = x / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * e ** -((i * h) ** 2);
  return (sum * h * 2) / (3 * Math.sqrt(Math.PI));
}

const away = (n: number): number => Math.abs(n - Math.round(n));

/** What an entry of the table must compute. */
interface Meaning {
  /** The same function, in other words than the table's. */
  readonly f: F;
  /** The interval that each input is drawn from, by default from −2.5 to 2.5. */
  readonly from?: readonly Interval[];
  /** Tells which inputs to leave out, because a jump is too near for differences. */
  readonly skip?: (...xs: number[]) => boolean;
}

/** A row for each entry of the table; the compiler asks for it. */
export const meaning: Record<ElementwiseName, Meaning> = {
  neg: { f: (x) => 0 - x },
  abs: { f: (x) => Math.sqrt(x * x) },
  sign: { f: (x) => x / Math.sqrt(x * x) },
  exp: { f: (x) => e ** x },
  expm1: { f: (x) => 2 * e ** (x / 2) * Math.sinh(x / 2) },
  log: { f: (x) => Math.log2(x) * Math.LN2, from: [positive] },
  log1p: { f: (x) => Math.log2(1 + x) * Math.LN2, from: [[-0.7, 3]] },
  sqrt: { f: (x) => x ** 0.5, from: [positive] },
  rsqrt: { f: (x) => x ** -0.5, from: [positive] },
  square: { f: (x) => x ** 2 },
  reciprocal: { f: (x) => x ** -1, from: [positive] },
  sin: { f: (x) => Math.cos(x - Math.PI / 2) },
  cos: { f: (x) => Math.sin(x + Math.PI / 2) },
  tan: { f: (x) => Math.sin(x) / Math.cos(x), from: [[-1.2, 1.2]] },
  asin: { f: (x) => Math.atan2(x, Math.sqrt(1 - x * x)), from: [inside] },
  acos: { f: (x) => Math.atan2(Math.sqrt(1 - x * x), x), from: [inside] },
  atan: { f: (x) => Math.asin(x / Math.sqrt(1 + x * x)) },
  sinh: { f: (x) => (e ** x - e ** -x) / 2 },
  cosh: { f: (x) => (e ** x + e ** -x) / 2 },
  tanh: { f: (x) => (e ** x - e ** -x) / (e ** x + e ** -x) },
  asinh: { f: (x) => Math.sign(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1)) },
  acosh: { f: (x) => Math.log(x + Math.sqrt(x * x - 1)), from: [[1.5, 4]] },
  atanh: { f: (x) => Math.log((1 + x) / (1 - x)) / 2, from: [inside] },
  sigmoid: { f: (x) => 1 / (1 + e ** -x) },
  bell: { f: (x) => 1 / (2 + e ** x + e ** -x) },
  logSigmoid: { f: (x) => -Math.log(1 + e ** -x) },
  softplus: { f: (x) => Math.log(1 + e ** x) },
  relu: { f: (x) => (x + Math.abs(x)) / 2 },
  erf: { f: erf },
  gaussian: { f: (x) => Math.sqrt(e ** -(x * x)) },
  normalCdf: { f: (x) => (1 + erf(x / Math.SQRT2)) / 2 },
  floor: { f: (x) => x - (x - Math.trunc(x)) - (x < 0 ? 1 : 0) },
  ceil: { f: (x) => Math.trunc(x) + (x > 0 ? 1 : 0) },
  round: { f: (x) => Math.trunc(x + Math.sign(x) / 2), skip: (x) => away(x + 0.5) < 0.01 },
  isNaN: { f: () => 0 },
  isFinite: { f: () => 1 },
  not: { f: () => 0 },
  add: { f: (a, b) => a - -b },
  sub: { f: (a, b) => a + -b },
  mul: { f: (a, b) => a / (1 / b) },
  div: { f: (a, b) => a * b ** -1, from: [line, positive] },
  pow: { f: (a, b) => e ** (b * Math.log(a)), from: [positive, line] },
  mod: {
    f: (a, b) => a - b * Math.floor(a / b),
    from: [line, positive],
    skip: (a, b) => away(a! / b!) < 0.01,
  },
  atan2: {
    f: (a, b) => 2 * Math.atan(a / (Math.sqrt(a * a + b * b) + b)),
    skip: (a, b) => (b! < 0 && Math.abs(a!) < 0.2) || a! * a! + b! * b! < 0.2,
  },
  hypot: { f: (a, b) => Math.sqrt(a * a + b * b), skip: (a, b) => a! * a! + b! * b! < 0.2 },
  maximum: { f: (a, b) => (a + b + Math.abs(a - b)) / 2 },
  minimum: { f: (a, b) => (a + b - Math.abs(a - b)) / 2 },
  equal: { f: () => 0 },
  notEqual: { f: () => 1 },
  less: { f: (a, b) => (1 + Math.sign(b - a)) / 2 },
  lessEqual: { f: (a, b) => (1 + Math.sign(b - a)) / 2 },
  greater: { f: (a, b) => (1 + Math.sign(a - b)) / 2 },
  greaterEqual: { f: (a, b) => (1 + Math.sign(a - b)) / 2 },
  and: { f: () => 1 },
  or: { f: () => 1 },
  where: { f: (_, a) => a },
  clip: { f: (x, low, high) => [x, low, high].sort((a, b) => a - b)[1]!, from: [line, [-2, -0.5], [0.5, 2]] },
};

/**
 * Returns the first input x of an entry, moved by ¼ where a kink is too near for differences of
 * what has no derivative there.
 */
export const awayFromKinks = (name: ElementwiseName, x: number): number =>
  table[name].kinks.some((kink) => Math.abs(x - kink) < 1 / 8) ? x + 1 / 4 : x;
