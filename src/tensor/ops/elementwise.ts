import { elementwise as table, type ElementwiseName } from '../../../kernels/elementwise.ts';
import * as g from '../../graph/build.ts';
import type { Node } from '../../graph/node.ts';
import { applyElementwise, nodeOf, Tensor, type TensorLike } from '../tensor.ts';

/**
 * The operations of the elementwise table as functions: `tanh(x)`, `add(a, b)`, `where(c, a, b)`.
 */
export type ElementwiseFunctions = {
  readonly [K in ElementwiseName]: (typeof table)[K]['arity'] extends 1
    ? (x: TensorLike) => Tensor
    : (typeof table)[K]['arity'] extends 2
      ? (a: TensorLike, b: TensorLike) => Tensor
      : (a: TensorLike, b: TensorLike, c: TensorLike) => Tensor;
};

/**
 * The largest |b| for which `pow` multiplies a^b out. For larger exponents that would be longer and
 * less accurate than the operation a^b.
 */
const largestPower = 64;

/**
 * Returns xⁿ for an integer n > 0, by repeated squaring. Value and derivatives of every order are
 * right for negative x and for 0 too.
 */
function power(x: Node, n: number): Node {
  if (n === 1) return x;
  const half = power(x, n >> 1);
  const even = g.mul(half, half);
  return n % 2 === 0 ? even : g.mul(even, x);
}

/**
 * a^b. If b is a JavaScript number, an integer with |b| ≤ 64, the power is multiplied out: a^0 is
 * 1, and for b < 0 it is a power of 1/a, so that no derivative overflows before its value does. Any
 * other a^b is NaN where a is negative and b is no integer.
 */
function pow(a: TensorLike, b: TensorLike): Tensor {
  if (typeof b !== 'number' || !Number.isInteger(b) || Math.abs(b) > largestPower) return applyElementwise('pow', a, b);
  const base = nodeOf('pow', a);
  if (b === 0) return new Tensor(g.full(base.shape, 1));
  return new Tensor(power(b < 0 ? applyElementwise('reciprocal', a).node : base, Math.abs(b)));
}

/**
 * Makes functions of exactly one, two or three arguments. They ignore further ones, such as the
 * index that `Array.map` passes.
 */
const ofArity = {
  1: (name: ElementwiseName) => (x: TensorLike) => applyElementwise(name, x),
  2: (name: ElementwiseName) => (a: TensorLike, b: TensorLike) => applyElementwise(name, a, b),
  3: (name: ElementwiseName) => (a: TensorLike, b: TensorLike, c: TensorLike) => applyElementwise(name, a, b, c),
};

/** Pairs of an operation's name and its function. */
const fromTable = Object.entries(table).map(([name, { arity }]) => [name, ofArity[arity](name as ElementwiseName)]);

/** The functions of the elementwise table, but with the `pow` of this file. */
export const elementwiseFunctions = { ...Object.fromEntries(fromTable), pow } as ElementwiseFunctions;
