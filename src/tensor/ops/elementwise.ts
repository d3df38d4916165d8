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

/** For larger exponents, repeated multiplication is longer and less accurate than a^b. */
const largestPower = 64;

/**
 * xⁿ for n > 0 by repeated squaring. It is right for negative x, and so are all its derivatives at
 * 0.
 */
function power(x: Node, n: number): Node {
  if (n === 1) return x;
  const half = power(x, n >> 1);
  const even = g.mul(half, half);
  return n % 2 === 0 ? even : g.mul(even, x);
}

/**
 * a^b. An integer number b is multiplied out; a negative one is a power of 1/a, so that no
 * derivative overflows before its value does.
 */
function pow(a: TensorLike, b: TensorLike): Tensor {
  if (typeof b !== 'number' || !Number.isInteger(b) || Math.abs(b) > largestPower) return applyElementwise('pow', a, b);
  const base = nodeOf('pow', a);
  if (b === 0) return new Tensor(g.full(base.shape, 1));
  return new Tensor(power(b < 0 ? applyElementwise('reciprocal', a).node : base, Math.abs(b)));
}

/**
 * Makes a function of exactly this many arguments. It ignores further ones, such as the index that
 * `Array.map` passes.
 */
const ofArity = {
  1: (name: ElementwiseName) => (x: TensorLike) => applyElementwise(name, x),
  2: (name: ElementwiseName) => (a: TensorLike, b: TensorLike) => applyElementwise(name, a, b),
  3: (name: ElementwiseName) => (a: TensorLike, b: TensorLike, c: TensorLike) => applyElementwise(name, a, b, c),
};

const fromTable = Object.entries(table).map(([name, { arity }]) => [name, ofArity[arity](name as ElementwiseName)]);

export const elementwiseFunctions = { ...Object.fromEntries(fromTable), pow } as ElementwiseFunctions;
