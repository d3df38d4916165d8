import * as b from './big.ts';
import type { Big } from './big.ts';

/**
 * A function of one number with its first two derivatives f, f′ and f″. None of them cancels,
 * except near a root of f″; there the largest term of f″ is given too.
 */
export type Derivatives = (x: Big) => readonly [f: Big, f1: Big, f2: Big, largestTermOfF2?: Big];

const [one, two, half] = [b.big(1), b.big(2), b.big(0.5)];
const { add, sub, mul, div, neg, exp, sqrt } = b;
const square = (x: Big): Big => mul(x, x);
const inverse = (x: Big): Big => div(one, x);
/** 1 − x² and 1 + x². */
const below = (x: Big): Big => mul(sub(one, x), add(one, x));
const above = (x: Big): Big => add(one, square(x));

/** e^{−|x|}. */
const decay = (x: Big): Big => exp(neg(b.abs(x)));
const bellOf = (x: Big): Big => div(decay(x), square(add(one, decay(x))));
const sigmoidOf = (x: Big): Big => div(b.sign(x) < 0 ? decay(x) : one, add(one, decay(x)));
const tanhOf = (x: Big): Big => {
  const u = b.expm1(mul(two, x));
  return div(u, add(u, two));
};
const sinhOf = (x: Big): Big => {
  const u = b.expm1(b.abs(x));
  const y = mul(half, add(u, div(u, add(u, one))));
  return b.sign(x) < 0 ? neg(y) : y;
};
const coshOf = (x: Big): Big => mul(half, add(exp(x), exp(neg(x))));
const gaussianOf = (x: Big): Big => exp(mul(b.big(-0.5), square(x)));
const densityOf = (x: Big): Big => div(gaussianOf(x), b.sqrtTwoPi);
const odd = (f: (a: Big) => Big, x: Big): Big => (b.sign(x) < 0 ? neg(f(neg(x))) : f(x));

/** 2/√π = 2√2/√(2π). */
const twoBySqrtPi = div(mul(two, sqrt(two)), b.sqrtTwoPi);

/** erf x: by its series near 0, by 1 − 2 Φ(−√2 |x|) further out. */
function erfOf(x: Big): Big {
  const y = mul(sqrt(two), x);
  const from = (a: Big): Big => sub(one, mul(two, b.normal(neg(a), densityOf(a))));
  return b.toNumber(b.abs(x)) > 1
    ? odd(from, y)
    : mul(
        two,
        mul(
          densityOf(y),
          b.series(y, (t, n) => div(mul(t, square(y)), b.big(2 * n + 1))),
        ),
      );
}

const bellFamily: Derivatives = (x) => {
  const [y, t] = [bellOf(x), tanhOf(mul(half, x))];
  return [y, neg(mul(y, t)), mul(y, sub(square(t), mul(two, y))), mul(y, b.larger(square(t), mul(two, y)))];
};

export const functions: Readonly<Record<string, Derivatives>> = {
  exp: (x) => [exp(x), exp(x), exp(x)],
  expm1: (x) => [b.expm1(x), exp(x), exp(x)],
  log: (x) => [b.log(x), inverse(x), neg(inverse(square(x)))],
  log1p: (x) => [b.log1p(x), inverse(add(one, x)), neg(inverse(square(add(one, x))))],
  sqrt: (x) => [sqrt(x), div(half, sqrt(x)), div(b.big(-0.25), mul(x, sqrt(x)))],
  rsqrt: (x) => [inverse(sqrt(x)), div(b.big(-0.5), mul(x, sqrt(x))), div(b.big(0.75), mul(square(x), sqrt(x)))],
  square: (x) => [square(x), mul(two, x), two],
  reciprocal: (x) => [inverse(x), neg(inverse(square(x))), div(two, mul(x, square(x)))],
  sin: (x) => {
    const [s, c] = b.sinCos(x);
    return [s, c, neg(s)];
  },
  cos: (x) => {
    const [s, c] = b.sinCos(x);
    return [c, neg(s), neg(c)];
  },
  tan: (x) => {
    const [s, c] = b.sinCos(x);
    const [t, d] = [div(s, c), inverse(square(c))];
    return [t, d, mul(two, mul(t, d))];
  },
  asin: (x) => {
    const r = sqrt(below(x));
    return [b.atan(div(x, r)), inverse(r), div(x, mul(r, below(x)))];
  },
  acos: (x) => {
    const r = sqrt(below(x));
    return [mul(two, b.atan(sqrt(div(sub(one, x), add(one, x))))), neg(inverse(r)), neg(div(x, mul(r, below(x))))];
  },
  atan: (x) => [b.atan(x), inverse(above(x)), div(mul(b.big(-2), x), square(above(x)))],
  sinh: (x) => [sinhOf(x), coshOf(x), sinhOf(x)],
  cosh: (x) => [coshOf(x), sinhOf(x), coshOf(x)],
  tanh: (x) => {
    const [t, d] = [tanhOf(x), mul(b.big(4), bellOf(mul(two, x)))];
    return [t, d, mul(b.big(-2), mul(t, d))];
  },
  asinh: (x) => {
    const r = sqrt(above(x));
    const of = (a: Big): Big => b.log1p(add(a, div(square(a), add(one, sqrt(above(a))))));
    return [odd(of, x), inverse(r), neg(div(x, mul(r, above(x))))];
  },
  acosh: (x) => {
    const t = sub(x, one);
    const s = mul(t, add(t, two));
    return [b.log1p(add(t, sqrt(s))), inverse(sqrt(s)), neg(div(x, mul(s, sqrt(s))))];
  },
  atanh: (x) => {
    const of = (a: Big): Big => mul(half, b.log1p(div(mul(two, a), sub(one, a))));
    return [odd(of, x), inverse(below(x)), div(mul(two, x), square(below(x)))];
  },
  sigmoid: (x) => [sigmoidOf(x), bellOf(x), neg(mul(bellOf(x), tanhOf(mul(half, x))))],
  bell: bellFamily,
  logSigmoid: (x) => {
    const low = b.sign(x) < 0 ? x : b.zero;
    return [sub(low, b.log1p(decay(x))), sigmoidOf(neg(x)), neg(bellOf(x))];
  },
  softplus: (x) => {
    const high = b.sign(x) > 0 ? x : b.zero;
    return [add(high, b.log1p(decay(x))), sigmoidOf(x), bellOf(x)];
  },
  erf: (x) => {
    const d = mul(twoBySqrtPi, exp(neg(square(x))));
    return [erfOf(x), d, mul(b.big(-2), mul(x, d))];
  },
  gaussian: (x) => {
    const y = gaussianOf(x);
    return [y, neg(mul(x, y)), mul(y, sub(square(x), one)), mul(y, b.larger(square(x), one))];
  },
  normalCdf: (x) => {
    const d = densityOf(x);
    return [b.normal(x, d), d, neg(mul(x, d))];
  },
};
