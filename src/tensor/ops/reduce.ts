import * as g from '../../graph/build.ts';
import type { ReduceKind } from '../../../kernels/reduce.ts';
import { checkIndices } from '../../device/limits.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { checkFlag } from '../../graph/checks.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxes, checkAxis, range, show } from '../../graph/shape.ts';
import { centred } from './centred.ts';
import { asTensor, nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { logSumExpOver } from './exponentials.ts';
import { normOver } from './norm.ts';

/** The options of functions that fold axes, such as sums and means. */
export interface ReduceOptions {
  /** The axes to fold; negative ones count from the last. By default all. */
  readonly axis?: number | readonly number[];
  /** If true, folded axes remain with size 1; if false (the default), they are removed. */
  readonly keepDims?: boolean;
}

/** Returns a tensor of a node without its axes of size 1 that `axes` names, or with them. */
const dropped = (node: Node, axes: readonly number[], keepDims = false): Tensor =>
  new Tensor(keepDims ? node : g.squeeze(node, axes));

/** Returns the options. Throws, with `name`, if they are not valid. */
function checked<O extends ReduceOptions>(name: string, options: O): O {
  checkOptions<ReduceOptions>(name, options, ['axis', 'keepDims']);
  checkFlag(name, 'keepDims', options.keepDims ?? false);
  return options;
}

/**
 * Returns x folded over the axes of the options. Throws, with `name`, if a maximum or a minimum
 * would be taken of no elements.
 */
function fold(name: string, kind: ReduceKind, x: TensorLike, options: ReduceOptions): Tensor {
  const { axis, keepDims } = checked(name, options);
  const node = nodeOf(name, x);
  const axes = checkAxes(name, axis, node.shape.length);
  if ((kind === 'max' || kind === 'min') && axes.some((a) => node.shape[a] === 0))
    throw new Error(`${name}: an empty axis has no ${kind}, got shape ${show(node.shape)}`);
  return dropped(g.reduce(kind, node, axes), axes, keepDims);
}

/** Σ x over `axis`, by default over all axes; 0 over an empty axis. */
export const sum = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('sum', 'sum', x, options);

/**
 * Π x over `axis`, by default over all axes; 1 over an empty axis. The derivative with respect to
 * an element is the product of all others, so it is right where there are zeros.
 */
export const prod = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('prod', 'prod', x, options);

/**
 * The maximum over `axis`, by default over all axes; NaN if an element is NaN. Tied elements share
 * the derivative evenly. Throws over an empty axis.
 */
export const max = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('max', 'max', x, options);

/**
 * The minimum over `axis`, by default over all axes; NaN if an element is NaN. Tied elements share
 * the derivative evenly. Throws over an empty axis.
 */
export const min = (x: TensorLike, options: ReduceOptions = {}): Tensor => fold('min', 'min', x, options);

/**
 * Returns the number of elements of t that are folded into one. Throws, with `name`, if the options
 * are not valid.
 */
function count(name: string, t: Tensor, options: ReduceOptions): number {
  const { axis } = checked(name, options);
  return sizeOf(checkAxes(name, axis, t.rank).map((a) => t.shape[a]!));
}

/**
 * Returns f(n), where f divides by the number of elements n. For n = 0 returns NaN in the shape of
 * f(1).
 */
const over = (n: number, f: (n: number) => Tensor): Tensor => (n === 0 ? f(1).add(NaN) : f(n));

/** Σ x / n over `axis`, by default over all n elements; NaN over an empty axis. */
export function mean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const t = asTensor('mean', x);
  return over(count('mean', t, options), (n) => t.sum(options).div(n));
}

/**
 * The mean of (x − mean)² over `axis`, by default over all axes. It divides by n, not by n − 1, and
 * is NaN over an empty axis.
 */
export function variance(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const t = asTensor('variance', x);
  const n = count('variance', t, options);
  const c = centred(t, options);
  return over(n, () => c.mul(c.div(n)).sum(options));
}

/**
 * √variance over `axis`, by default over all axes. It divides by n, not by n − 1, and is NaN over
 * an empty axis. Its derivative is 0 where the variance is 0.
 */
export function std(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const t = asTensor('std', x);
  return over(count('std', t, options), (n) => centred(t, options).norm(options).div(Math.sqrt(n)));
}

/**
 * √Σ x² over `axis`, by default over all axes; 0 over an empty axis. No square overflows or
 * vanishes. The derivative at 0 is 0.
 */
export function norm(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const { axis, keepDims } = checked('norm', options);
  const t = asTensor('norm', x);
  const axes = checkAxes('norm', axis, t.rank);
  return dropped(normOver(t, axes).node, axes, keepDims);
}

/** log Σ e^x over `axis`, by default over all axes; −∞ over an empty axis. No e^x overflows. */
export function logSumExp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  const { axis, keepDims } = checked('logSumExp', options);
  const t = asTensor('logSumExp', x);
  const axes = checkAxes('logSumExp', axis, t.rank);
  const y = t.size === 0 ? t.sum({ axis: axes, keepDims: true }).sub(Infinity) : logSumExpOver(t, axes);
  return dropped(y.node, axes, keepDims);
}

/**
 * Returns the index of the first maximum or minimum along one axis, or in the flattened tensor if
 * no axis is given. The first NaN is the extreme if there is one.
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

/**
 * The index of the first maximum along `axis`, by default in the flattened tensor. The first NaN
 * counts as the maximum. It is a constant to differentiation. Throws over an empty axis.
 */
export const argMax = (x: TensorLike, options: { axis?: number; keepDims?: boolean } = {}): Tensor =>
  argExtreme('argMax', x, options);

/**
 * The index of the first minimum along `axis`, by default in the flattened tensor. The first NaN
 * counts as the minimum. It is a constant to differentiation. Throws over an empty axis.
 */
export const argMin = (x: TensorLike, options: { axis?: number; keepDims?: boolean } = {}): Tensor =>
  argExtreme('argMin', x, options);

/** The number of elements that are summed directly in a cumulative sum. */
const block = 32;

/**
 * Cumulative sums y_i = x_0 + … + x_i along `axis`, by default 0, in the shape of x. Throws for a
 * scalar.
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

/**
 * Returns the cumulative sums along the last axis. Within a block of 32, each result adds up the
 * elements up to its own; then the cumulative sums of the blocks' totals are added.
 */
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
