import fc from 'fast-check';
import { elementwise as table, type ElementwiseName } from '../../../kernels/elementwise.ts';
import { applyElementwise, type Tensor, type TensorLike } from '../../tensor/tensor.ts';

type Interval = readonly [number, number];

/** The interval of inputs, where the table gives no narrower domain. */
const line: Interval = [-2.5, 2.5];
/** The distance that inputs keep from the ends of a domain, where slopes may be unbounded. */
const margin = 0.5;

const away = (x: number): number => Math.abs(x - Math.round(x));

/**
 * For two functions of two inputs: true if (a, b) is so close to a jump, a branch cut or the origin
 * that derivatives should not be tested there. The domains in the table do not exclude such inputs.
 */
const avoid: Partial<Record<ElementwiseName, (a: number, b: number) => boolean>> = {
  mod: (a, b) => away(a / b) < 0.05,
  atan2: (a, b) => a * a + b * b < 0.25 || (b < 0 && Math.abs(a) < 0.25),
};

/** Narrower domains: tan keeps away from its poles, and clip's low end is below its high end. */
const narrow: Partial<Record<ElementwiseName, readonly Interval[]>> = {
  tan: [[-1.1, 1.1]],
  clip: [line, [-2, -0.5], [0.5, 2]],
};

/**
 * The inputs that may have either sign, although the table's domain stays on one side of their pole
 * at 0.
 */
const eitherSide: Partial<Record<ElementwiseName, number>> = { reciprocal: 0, div: 1, mod: 1 };

export const names = Object.keys(table) as ElementwiseName[];

/**
 * The indices of the inputs by which an entry is differentiated. The condition of `where` has no
 * derivative.
 */
export const differentiable = (name: ElementwiseName): number[] =>
  Array.from({ length: table[name].arity }, (_, i) => i).filter((i) => name !== 'where' || i > 0);

function intervalOf(name: ElementwiseName, input: number): Interval {
  const given = narrow[name]?.[input];
  if (given) return given;
  const [low, high] = table[name].domain[input]!;
  const [from, to] = [
    low === -Infinity ? line[0] : low + margin,
    high === Infinity ? Math.max(line[1], low + 3) : high - margin,
  ];
  return from < to ? [from, to] : [0.4 * low, 0.4 * high];
}

/**
 * A number in an interval that is 1/128 away from every multiple of 1/64, and thus from the jumps
 * of floor, round and sign.
 */
const between = ([low, high]: Interval): fc.Arbitrary<number> =>
  fc.integer({ min: Math.ceil(low * 64), max: Math.floor(high * 64) - 1 }).map((n) => (n + 0.5) / 64);

const inputOf = (name: ElementwiseName, i: number): fc.Arbitrary<number> => {
  const x = between(intervalOf(name, i));
  return eitherSide[name] === i ? fc.tuple(x, fc.boolean()).map(([v, below]) => (below ? -v : v)) : x;
};

/**
 * Inputs at which an entry of the table is smooth. No two of them are close to each other, as
 * maximum and comparisons need.
 */
export const pointOf = (name: ElementwiseName): fc.Arbitrary<number[]> =>
  fc
    .tuple(...Array.from({ length: table[name].arity }, (_, i) => inputOf(name, i)))
    .filter((xs) => !avoid[name]?.(xs[0]!, xs[1]!))
    .filter((xs) => xs.every((x, i) => xs.every((z, j) => i === j || Math.abs(x - z) > 0.02)));

/** Calls an entry on tensors. */
export const call = (name: ElementwiseName, ...xs: readonly TensorLike[]): Tensor => applyElementwise(name, ...xs);

/** A derivative that a convention defines: [entry, inputs, the derivative by each input]. */
export type Convention = readonly [entry: ElementwiseName, at: readonly number[], slopes: readonly number[]];

/**
 * Conventions where a number is infinite, NaN or −0. Shading languages promise nothing there, so
 * `table-boundaries` asks them of devices that compute by IEEE 754.
 */
export const conventionsBeyond: readonly Convention[] = [
  // √−0 is −0.
  ['sqrt', [-0], [-Infinity]],
  ['gaussian', [Infinity], [0]],
  ...[Infinity, -Infinity].flatMap((x): Convention[] => [
    ['sin', [x], [NaN]],
    ['cos', [x], [NaN]],
    ['tan', [x], [NaN]],
  ]),
  ['atan2', [0, 0], [NaN, NaN]],
  ['atan2', [1, Infinity], [0, 0]],
  ['atan2', [Infinity, -Infinity], [0, 0]],
  ['hypot', [1, Infinity], [0, 1]],
  ['hypot', [Infinity, Infinity], [NaN, NaN]],
  ['maximum', [Infinity, Infinity], [0.5, 0.5]],
  ['relu', [NaN], [0]],
  ['abs', [NaN], [NaN]],
  ['maximum', [NaN, 1], [0, 0]],
  ['clip', [NaN, 0, 1], [1, 0, 0]],
];

/** Conventions at finite numbers. */
export const conventions: readonly Convention[] = [
  ['abs', [0], [0]],
  ['relu', [0], [0]],
  ['sign', [0], [0]],
  ['floor', [1], [0]],
  ['ceil', [1], [0]],
  ['round', [0.5], [0]],
  ['maximum', [2, 2], [0.5, 0.5]],
  ['minimum', [2, 2], [0.5, 0.5]],
  ['clip', [0, 0, 1], [1, 0, 0]],
  ['clip', [1, 0, 1], [1, 0, 0]],
  ['clip', [-1, 0, 1], [0, 1, 0]],
  ['clip', [3, 0, 1], [0, 0, 1]],
  ['clip', [0, 2, 1], [0, 0, 1]],
  ...[0, 1, 2, -2.5].map((x): Convention => ['clip', [x, x, x], [1, 0, 0]]),
  ['hypot', [0, 0], [0, 0]],
  ['atan2', [0, -1], [-1, 0]],
  ['pow', [0, 2], [0, 0]],
  ['pow', [0, 1], [1, 0]],
  ['pow', [0, 0], [0, 0]],
  ['mod', [7, 3], [1, -2]],
  ['where', [0, 1, 2], [0, 0, 1]],
  ['where', [4, 1, 2], [0, 1, 0]],
  ['equal', [2, 2], [0, 0]],
  ['less', [2, 2], [0, 0]],
];
