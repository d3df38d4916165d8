/** 1/√(2π). */
const scale = 0.3989422804014327;

/**
 * Returns e^{−c x²}. x² is split into two parts, because the rounding error of x² would become an
 * equally large error of the exponent.
 */
function ofSquare(x: number, c: number): number {
  const h = Math.round(x * 256) / 256;
  return Math.abs(x) > 40 ? 0 : Math.exp(-c * h * h) * Math.exp(c * (h - x) * (h + x));
}

/** Returns e^{−x²/2}. */
export const gaussian = (x: number): number => ofSquare(x, 0.5);

/**
 * Sums x + x z/3 + x z²/15 + …. For z = x² this is the integral of the normal density from 0 to x,
 * divided by the density at x (Abramowitz & Stegun 26.2.11).
 */
function series(x: number, z: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) sum += term *= z / (2 * n + 1);
  return sum;
}

/**
 * Returns Φ(x) in float64, accurate to the last digits: by the series near 0, by the continued
 * fraction of the tail further out (Abramowitz & Stegun 26.2.14).
 */
export function normalCdf(x: number): number {
  const a = Math.abs(x);
  // Below −0.7 the two terms of this sum cancel, so the tail is used.
  if (!(x < -0.7 || x > 2)) return 0.5 + scale * gaussian(x) * series(x, x * x);
  let fraction = 0;
  for (let n = Math.ceil(420 / (a * a)) + 10; n > 0; n--) fraction = n / (a + fraction);
  const tail = (scale * gaussian(a)) / (a + fraction);
  return x < 0 ? tail : 1 - tail;
}

/** Returns the error function in float64: 2 Φ(√2 x) − 1. */
export function erf(x: number): number {
  const a = Math.abs(x);
  return a > 0.6
    ? Math.sign(x) * (1 - 2 * normalCdf(-Math.SQRT2 * a))
    : 1.1283791670955126 * ofSquare(x, 1) * series(x, 2 * x * x);
}

/** Returns 1 / (1 + e^{−x}) without overflow for any x. */
export const sigmoid = (x: number): number => {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
};

/**
 * Returns 2ⁿ for whole n from −75 to 75, as a product of powers of two that no device rounds. For
 * `op.timesTwoTo`, shaders multiply by two such powers, one after the other; WebAssembly writes the
 * exponent bits instead.
 */
export const twoTo = (n: number): number => {
  const m = Math.abs(n);
  const a = m >= 64 ? m - 64 : m;
  const b = a >= 32 ? a - 32 : a;
  const c = b >= 16 ? b - 16 : b;
  const d = c >= 8 ? c - 8 : c;
  const e = d >= 4 ? d - 4 : d;
  const f = e >= 2 ? e - 2 : e;
  return (
    (m >= 64 ? (n < 0 ? 5.421010862427522e-20 : 18446744073709552000) : 1) *
    (a >= 32 ? (n < 0 ? 2.3283064365386963e-10 : 4294967296) : 1) *
    (b >= 16 ? (n < 0 ? 0.0000152587890625 : 65536) : 1) *
    (c >= 8 ? (n < 0 ? 0.00390625 : 256) : 1) *
    (d >= 4 ? (n < 0 ? 0.0625 : 16) : 1) *
    (e >= 2 ? (n < 0 ? 0.25 : 4) : 1) *
    (f >= 1 ? (n < 0 ? 0.5 : 2) : 1)
  );
};

/**
 * Functions that a kernel form may call in addition to Math's and the table's. Devices that can
 * read and write the exponent bits of a float use them for these functions.
 */
interface Bits {
  /** Returns p·2ⁿ for whole n from −150 to 150 and p near 1. */
  timesTwoTo(p: number, n: number): number;
  /** Returns ⌊log₂ x⌋ for x > 0 that is not subnormal. */
  exponentOf(x: number): number;
}
declare const op: Bits;

/**
 * Returns log x for x > 0, on devices that can read the exponent bits: x = 2ⁿ m with m from √½ to
 * √2, so log x = n ln 2 + log m. WebAssembly has no logarithm, and a call of the host's is slow.
 */
export const logByBits = (x: number): number => {
  const isTiny = x < 1.1754943508222875e-38;
  const y = isTiny ? x * 16777216 : x;
  const n = op.exponentOf(y * 0.7071067811865476) + 1;
  const m = op.timesTwoTo(y, -n);
  const s = (m - 1) / (m + 1);
  const z = s * s;
  const near = 2 * s * (1 + z * (0.3333333258 + z * (0.2000022493 + z * (0.1426492883 + z * 0.1186270939))));
  const k = isTiny ? n - 24 : n;
  return x - x === 0 ? k * 0.693359375 + (near - k * 0.00021219444005469057) : x;
};
