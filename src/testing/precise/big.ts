/**
 * A number m · 2^e with an integer m, rounded to 192 bits, so that no rounding error is visible in
 * a double. Every function is a series here, because Math is not trusted. The accuracy claims
 * compare with these numbers.
 */
export interface Big {
  readonly m: bigint;
  readonly e: number;
}

const bits = 192;
const one = 1n;
/**
 * The number of bits of an integer, or one more. Even a product of two of `bits` bits is far below
 * the largest double.
 */
const lengthOf = (m: bigint): number => Math.floor(Math.log2(Math.abs(Number(m)) || 1)) + 1;

/** Rounds m · 2^e to `bits` bits. */
function rounded(m: bigint, e: number): Big {
  const drop = lengthOf(m) - bits;
  if (drop <= 0) return { m, e };
  return { m: (m + (one << BigInt(drop - 1))) >> BigInt(drop), e: e + drop };
}

export const zero: Big = { m: 0n, e: 0 };

const words = new DataView(new ArrayBuffer(8));

/** Converts a double exactly. */
export function big(x: number): Big {
  if (x === 0) return zero;
  words.setFloat64(0, Math.abs(x));
  const raw = words.getBigUint64(0);
  const exponent = Number(raw >> 52n);
  const fraction = raw & ((one << 52n) - one);
  const m = exponent === 0 ? fraction : fraction | (one << 52n);
  return { m: x < 0 ? -m : m, e: (exponent === 0 ? 1 : exponent) - 1075 };
}

/**
 * Converts to a nearest double. It may be rounded twice, an error far below the units that claims
 * are about.
 */
export function toNumber({ m, e }: Big): number {
  if (m === 0n) return 0;
  const drop = Math.max(0, lengthOf(m) - 60);
  const top = Number(m >> BigInt(drop));
  const at = e + drop;
  // The factor is applied in two steps, because 2^at may overflow a double.
  const half = Math.trunc(at / 2);
  return at < -2200 ? 0 : top * 2 ** half * 2 ** (at - half);
}

export const neg = ({ m, e }: Big): Big => ({ m: -m, e });
export const abs = ({ m, e }: Big): Big => ({ m: m < 0n ? -m : m, e });
export const sign = ({ m }: Big): number => (m > 0n ? 1 : m < 0n ? -1 : 0);

export function add(a: Big, b: Big): Big {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e >= b.e ? [a, b] : [b, a];
  const apart = high.e - low.e;
  // A summand that lies wholly below the last bit is ignored.
  if (apart > 2 * bits && lengthOf(low.m) < apart - bits) return high;
  return rounded((high.m << BigInt(apart)) + low.m, low.e);
}

export const sub = (a: Big, b: Big): Big => add(a, neg(b));
export const mul = (a: Big, b: Big): Big => rounded(a.m * b.m, a.e + b.e);
export const timesTwoTo = ({ m, e }: Big, n: number): Big => ({ m, e: e + n });
export const less = (a: Big, b: Big): boolean => sign(sub(a, b)) < 0;
export const larger = (a: Big, b: Big): Big => (less(abs(a), abs(b)) ? b : a);

export function div(a: Big, b: Big): Big {
  const more = BigInt(Math.max(0, bits + lengthOf(b.m) - lengthOf(a.m)) + 4);
  return rounded((a.m << more) / b.m, a.e - b.e - Number(more));
}

/** ⌊log₂ |x|⌋, or one more. */
export const exponentOf = ({ m, e }: Big): number => lengthOf(m) - 1 + e;

/** ⌊x⌋ as an integer. */
export const floor = ({ m, e }: Big): bigint => (e >= 0 ? m << BigInt(e) : m >> BigInt(-e));

export const whole = (n: bigint): Big => rounded(n, 0);

/**
 * Refines a guess in double precision by Newton's method; each step doubles the number of correct
 * bits.
 */
function newton(guess: Big, step: (y: Big) => Big): Big {
  let y = guess;
  for (let i = 0; i < 3; i++) y = step(y);
  return y;
}

export function sqrt(x: Big): Big {
  if (x.m === 0n) return zero;
  const n = 2 * Math.floor(exponentOf(x) / 2);
  const scaled = timesTwoTo(x, -n);
  const y = newton(big(Math.sqrt(toNumber(scaled))), (r) => timesTwoTo(add(r, div(scaled, r)), -1));
  return timesTwoTo(y, n / 2);
}

/** Sums a series, each term made from the one before, until the terms are negligible. */
export function series(first: Big, next: (term: Big, n: number) => Big): Big {
  let [sum, term] = [first, first];
  for (let n = 1; term.m !== 0n && exponentOf(term) > exponentOf(sum) - bits - 8; n++) {
    term = next(term, n);
    sum = add(sum, term);
  }
  return sum;
}

const over = (x: Big, n: number): Big => div(x, big(n));

/**
 * artanh(1/n) = Σ n^{−2k−1}/(2k + 1), or arctan(1/n) with alternating signs. ln 2 and π are sums of
 * such values.
 */
function inverseTangent(n: number, hyperbolic: boolean): Big {
  let [power, sum] = [over(big(1), n), over(big(1), n)];
  for (let k = 1; exponentOf(power) > -longBits; k++) {
    power = over(power, n * n * (hyperbolic ? 1 : -1));
    sum = add(sum, over(power, 2 * k + 1));
  }
  return sum;
}
const longBits = bits + 16;

const ln2 = timesTwoTo(inverseTangent(3, true), 1);
const pi = sub(timesTwoTo(inverseTangent(5, false), 4), timesTwoTo(inverseTangent(239, false), 2));
export const halfPi = timesTwoTo(pi, -1);
export const sqrtTwoPi = sqrt(timesTwoTo(pi, 1));

export function exp(x: Big): Big {
  if (x.m === 0n) return big(1);
  // The result overflows every double, so its bits need not be computed.
  if (exponentOf(x) > 40) return sign(x) < 0 ? zero : timesTwoTo(big(1), 2 ** 40);
  const n = floor(add(div(x, ln2), big(0.5)));
  const r = timesTwoTo(sub(x, mul(whole(n), ln2)), -8);
  let y = series(big(1), (t, k) => over(mul(t, r), k));
  for (let i = 0; i < 8; i++) y = mul(y, y);
  return timesTwoTo(y, Number(n));
}

/** e^x − 1, accurate to the last bit also for small x. */
export const expm1 = (x: Big): Big =>
  x.m !== 0n && exponentOf(x) < -16 ? series(x, (t, n) => over(mul(t, x), n + 1)) : sub(exp(x), big(1));

export function log(x: Big): Big {
  const n = exponentOf(x);
  const m = timesTwoTo(x, -n);
  const near = sub(m, big(1));
  // Near 1, log(1 + d) is a series: Newton's method from a guess of 0 would lose relative accuracy.
  if (n === 0 && exponentOf(near) < -20) return log1pSeries(near);
  if (n === -1 && exponentOf(sub(x, big(1))) < -20) return log1pSeries(sub(x, big(1)));
  const y = newton(big(Math.log(toNumber(m))), (r) => add(r, sub(mul(m, exp(neg(r))), big(1))));
  return add(y, mul(big(n), ln2));
}

/** log(1 + d) = −Σ (−d)ᵏ/k. */
function log1pSeries(d: Big): Big {
  let [power, sum] = [d, d];
  for (let k = 2; power.m !== 0n && exponentOf(power) > exponentOf(d) - bits; k++) {
    power = neg(mul(power, d));
    sum = add(sum, over(power, k));
  }
  return sum;
}

export const log1p = (d: Big): Big => (d.m !== 0n && exponentOf(d) < -20 ? log1pSeries(d) : log(add(big(1), d)));

/** [sin x, cos x] for |x| < 2⁶⁴. */
export function sinCos(x: Big): [Big, Big] {
  const q = floor(add(div(x, halfPi), big(0.5)));
  const r = sub(x, mul(whole(q), halfPi));
  const z = neg(mul(r, r));
  const s = r.m === 0n ? zero : series(r, (t, n) => over(mul(t, z), 2 * n * (2 * n + 1)));
  const c = series(big(1), (t, n) => over(mul(t, z), 2 * n * (2 * n - 1)));
  const turn = Number(((q % 4n) + 4n) % 4n);
  return [
    [s, c],
    [c, neg(s)],
    [neg(s), neg(c)],
    [neg(c), s],
  ][turn] as [Big, Big];
}

export function atan(x: Big): Big {
  if (x.m === 0n) return zero;
  if (exponentOf(x) >= 1) return sub(sign(x) > 0 ? halfPi : neg(halfPi), atan(div(big(1), x)));
  if (exponentOf(x) < -20) {
    const z = neg(mul(x, x));
    let [power, sum] = [x, x];
    for (let k = 1; power.m !== 0n && exponentOf(power) > exponentOf(x) - bits; k++) {
      power = mul(power, z);
      sum = add(sum, over(power, 2 * k + 1));
    }
    return sum;
  }
  return newton(big(Math.atan(toNumber(x))), (y) => {
    const [s, c] = sinCos(y);
    return sub(y, mul(sub(div(s, c), x), mul(c, c)));
  });
}

/**
 * The normal distribution Φ(x): by a series in the middle and a continued fraction in the tails.
 */
export function normal(x: Big, density: Big): Big {
  const a = toNumber(abs(x));
  if (a < 3) {
    const z = mul(x, x);
    const s = x.m === 0n ? zero : series(x, (t, n) => over(mul(t, z), 2 * n + 1));
    return add(big(0.5), mul(density, s));
  }
  let fraction = zero;
  for (let n = Math.ceil(3600 / (a * a)) + 12; n > 0; n--) fraction = div(big(n), add(abs(x), fraction));
  const tail = div(density, add(abs(x), fraction));
  return sign(x) < 0 ? tail : sub(big(1), tail);
}
