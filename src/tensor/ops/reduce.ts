import * as g from '../../graph/build.ts';
import type { ReduceKind } from '../../../kernels/reduce.ts';
import { checkIndices } from '../../device/limits.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { checkFlag } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxes, checkAxis, range, show } from '../../graph/shape.ts';
import { asTensor, nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { logSumExpOver } from './exponentials.ts';
import { normOver } from './norm.ts';

export interface ReduceOptions {
  /** The axes that are folded; by default all. */
  readonly axis?: number | readonly number[];
  /** If true, folded axes remain with size 1. */
  readonly keepDims?: boolean;
}

const dropped = (node: Node, axes: readonly number[], keepDims = false): Tensor =>
  new Tensor(keepDims ? node : g.squeeze(node, axes));

function checked<O extends ReduceOptions>(name: string, options: O): O {
  checkOptions<ReduceOptions>(name, options, ['axis', 'keepDims']);
  checkFlag(name, 'keepDims', options.keepDims ?? false);
  return options;
}

function fold(name: string, kind: ReduceKind, x: TensorLike, options: ReduceOptions): Tensor {
  const { axis, keepDims } = checked(name, options);
  const node = nodeOf(name, x);
  const axes = checkAxes(name, axis, node.shape.length);
  if ((kind === 'max' || kind === 'min') && axes.some((a) => node.shape[a] === 0))
    throw new Error(`${name}: an empty axis has no ${kind}, got shape ${show(node.shape)}`);
  return dropped(g.reduce(kind, node, axes), axes, keepDims);
}

/** Σ x; 0 over an empty axis. */
export const sum = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('sum', 'sum', x, options);

/**
 * The product of all elements; 1 over an empty axis. The derivative of each element is the product
 * of the others, so it is exact where there are zeros.
 */
export const prod = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('prod', 'prod', x, options);

/** The maximum; tied elements share the derivative evenly. */
export const max = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('max', 'max', x, options);

/** The minimum; tied elements share the derivative evenly. */
export const min = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('min', 'min', x, options);

/** The number of elements that are folded into one. */
function count(name: string, t: Tensor, options: ReduceOptions): number {
  const { axis } = checked(name, options);
  return sizeOf(checkAxes(name, axis, t.rank).map((a) => t.shape[a]!));
}

/** Evaluates f, which divides by the count n. For n = 0 the result is NaN. */
const over = (n: number, f: (n: number) => Tensor): Tensor => (n === 0 ? f(1).add(NaN) : f(n));

/** Σ x / n; NaN over an empty axis, as 0/0. */
export function mean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const t = asTensor('mean', x);
  return over(count('mean', t, options), (n) => t.sum(options).div(n));
}

/**
 * x − mean, less the mean of that difference. The second step removes the rounding error of the
 * first mean, which matters where the mean far exceeds the spread. The second mean is
 * mathematically 0, so it is a constant to differentiation.
 */
export function centred(t: Tensor, options: ReduceOptions): Tensor {
  const over = { ...options, keepDims: true };
  const c = t.sub(t.mean(over));
  return c.sub(new Tensor(g.stopGradient(c.mean(over).node)));
}

/** The mean of (x − mean)²; it divides by n, not by n − 1. */
export function variance(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const t = asTensor('variance', x);
  const n = count('variance', t, options);
  const c = centred(t, options);
  return over(n, () => c.mul(c.div(n)).sum(options));
}

/** √variance; its derivative is 0 where the variance is 0. */
export function std(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const t = asTensor('std', x);
  return over(count('std', t, options), (n) => centred(t, options).norm(options).div(Math.sqrt(n)));
}

/** √Σ x², scaled so that no square overflows or vanishes; its derivative at 0 is 0. */
export function norm(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const { axis, keepDims } = checked('norm', options);
  const t = asTensor('norm', x);
  const axes = checkAxes('norm', axis, t.rank);
  return dropped(normOver(t, axes).node, axes, keepDims);
}

/** log Σ e^x, shifted by the maximum; −∞ over an empty axis. */
export function logSumExp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const { axis, keepDims } = checked('logSumExp', options);
  const t = asTensor('logSumExp', x);
  const axes = checkAxes('logSumExp', axis, t.rank);
  const y = t.size === 0 ? t.sum({ axis: axes, keepDims: true }).sub(Infinity) : logSumExpOver(t, axes);
  return dropped(y.node, axes, keepDims);
}

/**
 * The index of the first maximum or minimum along one axis, or in the flattened tensor. NaN counts
 * as extreme.
 */
function argExtreme(name: 'argMax' | 'argMin', x: TensorLike, options: { axis?: number; keepDims?: boolean }): Tensor {
  const { axis, keepDims } = checked(name, options);
  const t = asTensor(name, x);
  if (axis === undefined) {
    const flat = argExtreme(name, t.reshape([t.size]), { axis: 0 });
    return keepDims ? flat.reshape(t.shape.map(() => 1)) : flat;
  }
  const a = checkAxis(name, axis, t.rank);
  const n = t.shape[a]!;
  if (n === 0) throw new Error(`${name}: an empty axis has no extreme, got shape ${show(t.shape)}`);
  checkIndices(name, n);
  const fixed = new Tensor(g.stopGradient(t.node));
  const extreme = new Tensor(g.reduce(name === 'argMax' ? 'max' : 'min', fixed.node, [a]));
  const places = new Tensor(g.counter(n, t.rank, a));
  const first = fixed
    .equal(extreme)
    .or(fixed.isNaN())
    .where(places, n - 1)
    .min({ axis: a, keepDims: true });
  return dropped(first.node, [a], keepDims);
}

/** The index of the first maximum along an axis, by default in the flattened tensor. */
export const argMax = (x: TensorLike, options: { axis?: number; keepDims?: boolean } = {}): Tensor =>
  argExtreme('argMax', x, options);

/** The index of the first minimum along an axis, by default in the flattened tensor. */
export const argMin = (x: TensorLike, options: { axis?: number; keepDims?: boolean } = {}): Tensor =>
  argExtreme('argMin', x, options);

const block = 32;

/**
 * Cumulative sums along an axis. Each element of a block of 32 sums the elements before it in its
 * block; then the cumulative sums of the block totals are added.
 */
export function cumsum(x: TensorLike, options: { axis?: number } = {}): Tensor {
  const { axis = 0 } = checkOptions('cumsum', options, ['axis']);
  const t = asTensor('cumsum', x);
  const a = checkAxis('cumsum', axis, t.rank);
  const order = [...range(t.rank).filter((i) => i !== a), a];
  const moved = t.permute(order);
  const rows = moved.reshape([sizeOf(moved.shape.slice(0, -1)), t.shape[a]!]);
  return new Tensor(g.permuteBack(cumsumLast(rows).reshape(moved.shape).node, order));
}

function cumsumLast(t: Tensor): Tensor {
  const n = t.shape.at(-1)!;
  const lead = t.shape.slice(0, -1);
  if (n <= block) {
    const [to, from] = [new Tensor(g.reshape(g.iota(n), [n, 1])), new Tensor(g.iota(n))];
    return from.lessEqual(to).where(t.unsqueeze(-2), 0).sum({ axis: -1 });
  }
  const blocks = Math.ceil(n / block);
  const padded = t.pad([...lead.map(() => [0, 0] as const), [0, blocks * block - n]]);
  const within = cumsumLast(padded.reshape([...lead, blocks, block]));
  const totals = within.slice([...lead.map(() => 0), 0, block - 1]).squeeze({ axis: -1 });
  const before = cumsumLast(totals).sub(totals);
  return within
    .add(before.unsqueeze(-1))
    .reshape([...lead, blocks * block])
    .slice([], [...lead, n]);
}
