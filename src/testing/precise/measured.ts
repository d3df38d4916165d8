import { elementwise as table, type ElementwiseName } from '../../../kernels/elementwise.ts';
import '../../tensor/methods.ts';
import { elu, gelu, leakyRelu, silu } from '../../tensor/ops/activations.ts';
import { bceWithLogits, crossEntropy, huber, mse } from '../../tensor/ops/losses.ts';
import { stack } from '../../tensor/ops/movement.ts';
import { layerNorm } from '../../tensor/ops/normalization.ts';
import { applyElementwise, type Tensor } from '../../tensor/tensor.ts';
import { vmap } from '../../tensor/transforms/vmap.ts';
import * as b from './big.ts';
import { functions, type Derivatives } from './functions.ts';
import * as j from './jet.ts';
import type { Jet } from './jet.ts';
import { float64, type Format, type Measured } from './measure.ts';

type Points = Measured['points'];

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Numbers of both signs: of all magnitudes, of moderate size, and near 1. */
function line(count: number, { bits, lowest }: Format): number[] {
  const part = Math.ceil(count / 8);
  const sizes = range(part).map((i) => 2 ** (lowest + 1 + ((i + 0.37) / part) * (-2 * lowest - 2)));
  const near = range(part).map((i) => 2 ** -(1 + ((i + 0.5) / part) * (bits - 2)));
  const middle = range(part).map((i) => 2 ** (((i + 0.61) / part) * 16 - 9));
  const all = [...sizes, ...middle, ...near.map((d) => 1 - d), ...near.map((d) => 1 + d)];
  return [...all, ...all.map((x) => -x)];
}

/**
 * The float32 numbers closest to multiples of π/2; for float64 also a few doubles that are as
 * close.
 */
const multiples = (count: number): number[] => [
  52516.43359375,
  ...range(count).map((i) => Math.fround((1 + Math.floor(((i + 0.5) / count) ** 2 * 63660)) * (Math.PI / 2))),
];

const within = (low: number, high: number, list: readonly number[]): number[][] =>
  list.filter((x) => x > low && x < high).map((x) => [x]);

/** The bound up to which sine and cosine reduce their argument themselves. */
const reduced = 100000;

const unary = (name: ElementwiseName, exact: Derivatives): Measured => {
  const turns = ['sin', 'cos', 'tan'].includes(name);
  const [low, high] = turns ? [-reduced, reduced] : table[name].domain[0]!;
  return {
    name,
    f: (x) => applyElementwise(name, x!),
    exact: (x) => j.chain(x!, exact(x!.v.x)),
    points: (count, format) => within(low, high, [...line(count, format), ...(turns ? multiples(count) : [])]),
    // Terms are used where a jet has them.
    terms: true,
    ...(name === 'normalCdf' && { value: 5 }),
  };
};

/** Pairs of numbers of all magnitudes, close to and far from each other. */
const pairs: Points = (count, format) => {
  const xs = line(Math.ceil(Math.sqrt(count)) * 3, format);
  return range(count).map((i) => [xs[(i * 7) % xs.length]!, xs[(i * 13 + 5) % xs.length]!]);
};

/** Pairs and triples of moderate numbers, with a given largest size and spread. */
const spread =
  (size: number, n: number): Points =>
  (count) => {
    const at = (i: number): number => {
      const x = (i * 0.6180339887498949) % 1;
      return Math.sign(x - 0.5) * size * Math.abs(2 * x - 1) ** 3;
    };
    return range(count).map((i) => range(n).map((k) => at(i * (k + 1) + 31 * k)));
  };

const last = { axis: -1 } as const;
const asRow = (xs: readonly Tensor[]): Tensor => stack([...xs], last);

const exp = (x: Jet): Jet => j.chain(x, functions.exp!(x.v.x));
const log1p = (x: Jet): Jet => j.chain(x, functions.log1p!(x.v.x));
const sqrt = (x: Jet): Jet => j.chain(x, functions.sqrt!(x.v.x));
const inverse = (x: Jet): Jet => j.chain(x, functions.reciprocal!(x.v.x));
const of = (name: string, x: Jet): Jet => j.chain(x, functions[name]!(x.v.x));

const largest = (xs: readonly Jet[]): Jet => xs.reduce((p, q) => (b.less(p.v.x, q.v.x) ? q : p));
const sumOf = (xs: readonly Jet[]): Jet => xs.reduce(j.add);

/** log Σ e^x minus the largest x: log1p of the sum of the others. */
const logRest = (xs: readonly Jet[]): Jet => {
  const top = largest(xs);
  const others = xs.filter((x) => x !== top).map((x) => exp(j.sub(x, top)));
  return log1p(sumOf(others));
};
const logSumExp = (xs: readonly Jet[]): Jet => j.add(largest(xs), logRest(xs));
const logSoftmax = (xs: readonly Jet[], i: number): Jet =>
  xs[i] === largest(xs) ? j.scale(logRest(xs), -1) : j.sub(j.sub(xs[i]!, largest(xs)), logRest(xs));

const squares = (xs: readonly Jet[]): Jet => sumOf(xs.map((x) => j.mul(x, x)));
/** The norm as largest · √(1 + Σ (x/largest)²), in which 1 − x²/‖x‖² does not cancel. */
function norm(xs: readonly Jet[]): Jet {
  const top = xs.reduce((p, q) => (b.less(b.abs(p.v.x), b.abs(q.v.x)) ? q : p));
  const rest = xs.filter((x) => x !== top).map((x) => j.mul(x, inverse(top)));
  const y = j.mul(top, sqrt(j.add(j.constant(1, xs.length), squares(rest))));
  return b.sign(top.v.x) < 0 ? j.scale(y, -1) : y;
}
const mean = (xs: readonly Jet[]): Jet =>
  j.mul(sumOf(xs), j.constant(b.div(b.big(1), b.big(xs.length)), xs[0]!.d.length));
const centred = (xs: readonly Jet[]): Jet[] => xs.map((x) => j.sub(x, mean(xs)));
const variance = (xs: readonly Jet[]): Jet =>
  j.mul(squares(centred(xs)), j.constant(b.div(b.big(1), b.big(xs.length)), xs[0]!.d.length));

const folds: readonly Measured[] = [2, 3].flatMap((n): Measured[] => [
  {
    name: `logSumExp of ${n}`,
    f: (...xs) => asRow(xs).logSumExp(last),
    exact: (...xs) => logSumExp(xs),
    points: spread(40, n),
    terms: true,
  },
  {
    name: `softmax of ${n}`,
    f: (...xs) => asRow(xs).softmax(last).slice([0, 0], [xs[0]!.size, 1]).squeeze(last),
    exact: (...xs) => exp(logSoftmax(xs, 0)),
    points: spread(40, n),
    terms: true,
  },
  {
    name: `logSoftmax of ${n}`,
    f: (...xs) => asRow(xs).logSoftmax(last).slice([0, 0], [xs[0]!.size, 1]).squeeze(last),
    exact: (...xs) => logSoftmax(xs, 0),
    points: spread(40, n),
    terms: true,
  },
  {
    name: `crossEntropy of ${n}`,
    f: (...xs) => vmap((x: Tensor) => crossEntropy(x, 0))(asRow(xs)),
    exact: (...xs) => j.scale(logSoftmax(xs, 0), -1),
    points: spread(40, n),
    terms: true,
  },
  {
    name: `mean of ${n}`,
    f: (...xs) => asRow(xs).mean(last),
    exact: (...xs) => mean(xs),
    points: spread(1000, n),
    terms: true,
  },
  { name: `norm of ${n}`, f: (...xs) => asRow(xs).norm(last), exact: (...xs) => norm(xs), points: spread(1000, n) },
  {
    name: `prod of ${n}`,
    f: (...xs) => asRow(xs).prod(last),
    exact: (...xs) => xs.reduce(j.mul),
    points: spread(1000, n),
  },
  {
    name: `variance of ${n}`,
    f: (...xs) => asRow(xs).variance(last),
    exact: (...xs) => variance(xs),
    points: spread(1000, n),
    terms: true,
  },
  {
    name: `std of ${n}`,
    f: (...xs) => asRow(xs).std(last),
    exact: (...xs) => sqrt(variance(xs)),
    points: spread(1000, n),
    terms: true,
  },
  {
    name: `layerNorm of ${n}`,
    f: (...xs) => layerNorm(asRow(xs)).slice([0, 0], [xs[0]!.size, 1]).squeeze(last),
    exact: (...xs) => j.mul(centred(xs)[0]!, inverse(sqrt(j.add(variance(xs), j.constant(1e-5, n))))),
    points: spread(1000, n),
    terms: true,
  },
]);

/** ⌊a/c⌋. */
const quotient = (a: b.Big, c: b.Big): b.Big => b.whole(b.floor(b.div(a, c)));

/** The derivatives of atan2 are those of arctan(a/c), whatever the sign of c. */
function atan2(a: Jet, c: Jet): Jet {
  const steep = b.less(b.abs(c.v.x), b.abs(a.v.x));
  const t = steep ? j.mul(c, inverse(a)) : j.mul(a, inverse(c));
  const y = of('atan', t);
  const turn = steep ? b.halfPi : b.sign(c.v.x) < 0 ? b.mul(b.big(2), b.halfPi) : b.zero;
  const shift = j.constant(b.sign(a.v.x) < 0 ? b.neg(turn) : turn, 2);
  return j.add(shift, steep ? j.scale(y, -1) : y);
}

export const measured: readonly Measured[] = [
  ...Object.entries(functions).map(([name, exact]) => unary(name as ElementwiseName, exact)),
  { name: 'div', f: (a, c) => a!.div(c!), exact: (a, c) => j.mul(a!, inverse(c!)), points: pairs },
  {
    name: 'pow',
    f: (a, c) => a!.pow(c!),
    exact: (a, c) => exp(j.mul(c!, of('log', a!))),
    points: (count) =>
      range(count).map((i) => [
        2 ** (((i * 0.61803398875) % 1) * 24 - 12),
        (((i * 0.41421356237) % 1) - 0.5) * 2 ** ((i * 7) % 5),
      ]),
    terms: true,
  },
  {
    name: 'atan2',
    f: (a, c) => applyElementwise('atan2', a!, c!),
    exact: (a, c) => atan2(a!, c!),
    // Points where 1/(a² + b²), an intermediate result of the second derivatives, does not
    // overflow.
    points: (count, format) => pairs(count, format).filter(([a, c]) => Math.hypot(a!, c!) > 2 ** (format.lowest / 2)),
    terms: true,
  },
  {
    name: 'mod',
    f: (a, c) => applyElementwise('mod', a!, c!),
    exact: (a, c) => j.sub(a!, j.mul(j.constant(quotient(a!.v.x, c!.v.x), 2), c!)),
    points: (count, format) =>
      pairs(count, format).filter(([a, c]) => Math.abs(a! / c!) < 2 ** (format.bits === 24 ? 40 : 52)),
  },
  { name: 'hypot', f: (a, c) => applyElementwise('hypot', a!, c!), exact: (a, c) => norm([a!, c!]), points: pairs },
  {
    name: 'gelu',
    // In float32 the tail of Φ is a product of two powers, a polynomial and a quotient, each of
    // which rounds.
    value: 5,
    f: (x) => gelu(x!),
    exact: (x) => j.mul(x!, of('normalCdf', x!)),
    points: (n, f) => within(-Infinity, Infinity, line(n, f)),
    terms: true,
  },
  {
    name: 'silu',
    f: (x) => silu(x!),
    exact: (x) => j.mul(x!, of('sigmoid', x!)),
    points: (n, f) => within(-Infinity, Infinity, line(n, f)),
    terms: true,
  },
  {
    name: 'elu',
    f: (x) => elu(x!),
    exact: (x) => (b.sign(x!.v.x) > 0 ? x! : of('expm1', x!)),
    points: (n, f) => within(-Infinity, Infinity, line(n, f)),
  },
  {
    name: 'leakyRelu',
    f: (x) => leakyRelu(x!, { slope: 0.25 }),
    exact: (x) => (b.sign(x!.v.x) > 0 ? x! : j.scale(x!, 0.25)),
    points: (n, f) => within(-Infinity, Infinity, line(n, f)),
  },
  {
    name: 'mse',
    f: (p, t) => vmap((p: Tensor, t: Tensor) => mse(p, t))(p!, t!),
    exact: (p, t) => squares([j.sub(p!, t!)]),
    points: spread(1000, 2),
  },
  {
    name: 'huber',
    f: (p, t) => vmap((p: Tensor, t: Tensor) => huber(p, t))(p!, t!),
    exact: (p, t) => {
      const e = j.sub(p!, t!);
      const size = b.sign(e.v.x) < 0 ? j.scale(e, -1) : e;
      const half = j.constant(b.div(b.big(1), b.big(2)), 2);
      return b.less(b.big(1), size.v.x) ? j.sub(size, half) : j.mul(half, squares([e]));
    },
    points: spread(4, 2),
    terms: true,
  },
  {
    name: 'bceWithLogits',
    f: (x, z) => vmap((x: Tensor, z: Tensor) => bceWithLogits(x, z))(x!, z!),
    exact: (x, z) =>
      j.add(j.mul(z!, of('softplus', j.scale(x!, -1))), j.mul(j.sub(j.constant(b.big(1), 2), z!), of('softplus', x!))),
    points: (count) => spread(40, 2)(count, float64).map(([x, z]) => [x!, Math.abs(z!) / 40]),
    terms: true,
  },
  ...folds,
];

/** The number of points in each row of the table in docs/numerics.md. */
export const tablePoints = 300;
