import { elementwise, type ElementwiseName, type Scalar } from '../../../kernels/elementwise.ts';
import type { Node } from '../../graph/node.ts';
import { smallest, ulp, type Arithmetic, type Bounded } from './rounding.ts';

/**
 * Bounds how far f moves while each input x_i moves by at most e_i. y is f(x); `same` says that two
 * inputs are copies of one element.
 */
type Spread = (x: readonly number[], e: readonly number[], y: number, same: boolean) => number;

const separate = (a: number, b: number, e: number): boolean => Math.abs(a - b) > e || e === 0;

/** A comparison: 0 if the intervals of its sides are apart, otherwise the whole jump 1. */
const comparison: Spread = ([a, b], [ea, eb], _, same) => (same || separate(a!, b!, ea! + eb!) ? 0 : 1);
const truth: Spread = (x, e) => (x.every((v, i) => separate(v, 0, e[i]!)) ? 0 : 1);
const largest: Spread = (_, e) => Math.max(...e);

const product = (a: number, b: number, ea: number, eb: number): number =>
  // A mask that is exactly 0 or 1 must not turn an undecided factor into NaN.
  (ea === 0 ? 0 : Math.abs(b) * ea) + (eb === 0 ? 0 : Math.abs(a) * eb) + (ea === 0 || eb === 0 ? 0 : ea * eb);

const quotient = (b: number, y: number, ea: number, eb: number): number =>
  Math.abs(b) > eb ? (ea + Math.abs(y) * eb) / (Math.abs(b) - eb) : Infinity;

/**
 * Evaluates f at every corner of the box around x. A function that is monotone in each input has
 * its extremes there.
 */
function corners(f: Scalar, x: readonly number[], e: readonly number[], y: number): number {
  let spread = 0;
  for (let corner = 0; corner < 2 ** x.length; corner++) {
    const at = f(...x.map((v, i) => ((corner >> i) & 1 ? v + e[i]! : v - e[i]!)));
    spread = Math.max(spread, Math.abs(at - y));
    if (Number.isNaN(at)) return Infinity;
  }
  return spread;
}

/** Spreads of operations for which the corners are wrong or too pessimistic. */
const spreads: Partial<Record<ElementwiseName, Spread>> = {
  add: (_, [ea, eb]) => ea! + eb!,
  sub: (_, [ea, eb], __, same) => (same ? 0 : ea! + eb!),
  mul: ([a, b], [ea, eb]) => product(a!, b!, ea!, eb!),
  square: ([x], [e]) => product(x!, x!, e!, e!),
  div: ([, b], [ea, eb], y) => quotient(b!, y, ea!, eb!),
  reciprocal: ([x], [e], y) => quotient(x!, y, 0, e!),
  mod: ([a, b], [ea, eb]) => {
    const q = Math.floor(a! / b!);
    const whole = a! - b! * q;
    const apart = Math.min(whole / b!, 1 - whole / b!) * Math.abs(b!);
    const e = ea! + Math.abs(q) * eb!;
    return e === 0 || apart > e + eb! ? e : Infinity;
  },
  // On the branch cut the sign of zero decides.
  atan2: ([a, b], [ea, eb], y) =>
    a === 0 && b! <= 0 ? Infinity : 1.1 * corners(elementwise.atan2.value as Scalar, [a!, b!], [ea!, eb!], y),
  abs: largest,
  neg: largest,
  relu: largest,
  maximum: largest,
  minimum: largest,
  clip: ([, low, high], e) => (low! <= high! ? Math.max(...e) : Infinity),
  equal: comparison,
  notEqual: comparison,
  less: comparison,
  lessEqual: comparison,
  greater: comparison,
  greaterEqual: comparison,
  not: truth,
  and: truth,
  or: truth,
  where: ([c, a, b], [ec, ea, eb], y) =>
    separate(c!, 0, ec!) ? (c === 0 ? eb! : ea!) : Math.max(Math.abs(a! - y) + ea!, Math.abs(b! - y) + eb!),
};

const steps: ReadonlySet<ElementwiseName> = new Set(['sign', 'floor', 'ceil', 'round']);

/**
 * The `Spread` of any operation. Operations that `spreads` does not list are evaluated at the
 * corners of the box, which bound the result away from poles and for small errors.
 */
function spreadOf(name: ElementwiseName, x: readonly number[], e: readonly number[], y: number, same: boolean): number {
  const special = spreads[name];
  if (special) return special(x, e, y, same);
  if (e.every((v) => v === 0)) return 0;
  if (!steps.has(name) && e.some((v, i) => v > 0.02 * (1 + Math.abs(x[i]!)))) return Infinity;
  return 1.1 * corners(elementwise[name].value as Scalar, x, e, y);
}

/** The error of e^x in a shader: 3 + 2|x| units of the last place. */
const exponential = (x: number): number => 3 + 2 * Math.abs(x);

type Units = number | ((x: readonly number[]) => number);

/**
 * The rounding error of one operation in units of the last place, for correctly rounded arithmetic
 * and for shaders.
 */
const arithmeticUnits: Partial<Record<ElementwiseName, readonly [ieee: Units, shader: Units]>> = {
  add: [0.5, 1],
  sub: [0.5, 1],
  mul: [0.5, 1],
  square: [0.5, 1],
  div: [0.5, 2.5],
  reciprocal: [0.5, 2.5],
  sqrt: [0.5, 5],
  rsqrt: [1.1, 5],
  exp: [4, ([x]) => exponential(x!)],
  expm1: [4, ([x]) => 6 + exponential(x!)],
  sinh: [4, ([x]) => 8 + 2 * exponential(x!)],
  cosh: [4, ([x]) => 8 + 2 * exponential(x!)],
  sigmoid: [4, ([x]) => 6 + exponential(x!)],
  logSigmoid: [4, ([x]) => 16 + exponential(x!)],
  softplus: [4, ([x]) => 16 + exponential(x!)],
  pow: [
    ([a, b]) => 4 + Math.abs(b! * Math.log2(Math.abs(a!) || 1)),
    ([a, b]) => 8 + Math.abs(b!) * (4 + 6 * Math.abs(Math.log2(Math.abs(a!) || 1))),
  ],
};

/** Operations that only choose among elements or signs, and therefore do not round. */
const exact: ReadonlySet<ElementwiseName> = new Set([
  'neg',
  'abs',
  'sign',
  'relu',
  'floor',
  'ceil',
  'round',
  'isNaN',
  'isFinite',
  'not',
  'maximum',
  'minimum',
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'and',
  'or',
  'where',
  'clip',
]);

function roundingOf(name: ElementwiseName, x: readonly number[], size: number, arithmetic: Arithmetic): number {
  if (exact.has(name)) return 0;
  if (name === 'mod') return 4 * ulp * (Math.abs(x[0]!) + Math.abs(x[1]!)) + smallest;
  const units = (arithmeticUnits[name] ?? [4, 24])[arithmetic === 'ieee' ? 0 : 1];
  return 1.01 * (typeof units === 'number' ? units : units(x)) * ulp * size + smallest;
}

/** Sums and products that are integers below 2^24 are exact. */
const whole = (y: number): boolean => Number.isInteger(y) && Math.abs(y) < 2 ** 24;
const ring: ReadonlySet<ElementwiseName> = new Set(['add', 'sub', 'mul', 'square']);

/** The index of the input that a choosing operation has certainly chosen, or undefined. */
function chosen(name: ElementwiseName, x: readonly number[], e: readonly number[]): number | undefined {
  if (name === 'where') return separate(x[0]!, 0, e[0]!) ? (x[0] === 0 ? 2 : 1) : undefined;
  if (name !== 'maximum' && name !== 'minimum') return undefined;
  if (!separate(x[0]!, x[1]!, e[0]! + e[1]!)) return undefined;
  return x[0]! > x[1]! === (name === 'maximum') ? 0 : 1;
}

/**
 * Bounds the error of each element of an elementwise node, whose exact values are `value`, from the
 * bounds of its inputs. Writes the origins of copied elements into `origin`.
 */
export function elementwiseBounds(
  node: Node<'elementwise'>,
  inputs: readonly Bounded[],
  value: Float64Array,
  origin: Float64Array,
  arithmetic: Arithmetic,
): Bounded {
  const { name } = node.attrs;
  const error = value.map((y, i) => {
    const x = inputs.map((b) => b.value[i]!);
    const e = inputs.map((b) => b.error[i]!);
    const same = inputs.length === 2 && inputs[0]!.origin[i] === inputs[1]!.origin[i];
    const spread = spreadOf(name, x, e, y, same);
    const from = chosen(name, x, e);
    if (from !== undefined) origin[i] = inputs[from]!.origin[i]!;
    if (ring.has(name) && spread === 0 && whole(y)) return 0;
    return spread + roundingOf(name, x, Math.abs(y) + spread, arithmetic);
  });
  return { value, error, origin };
}
