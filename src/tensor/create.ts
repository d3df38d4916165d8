import { argument, broadcastTo, constant, diagonal, full as fullNode, iota, unsqueeze } from '../graph/build.ts';
import { sizeOf, type HostArray, type Node, type Shape } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import { maxRank, sameShape, show, showAny } from '../graph/shape.ts';
import { newShape } from './newShape.ts';
import { currentIsReference } from '../device/devices.ts';
import { checkIndices } from '../device/limits.ts';
import { indexNode } from './ops/indices.ts';
import { fromHost, nodeOf, Tensor, type NestedNumbers, type TensorLike } from './tensor.ts';

type Flat = Float32Array | Float64Array | readonly number[];

/**
 * Returns the shape of nested arrays and appends their elements, row-major, to `flat`. `depth` is
 * the number of arrays around `data`. Throws if arrays of one level differ in shape, or if they are
 * nested more than 8 deep.
 */
function shapeOf(data: NestedNumbers, flat: unknown[], depth = 0): number[] {
  if (!Array.isArray(data)) {
    flat.push(data);
    return [];
  }
  if (depth === maxRank) throw new Error(`tensor: arrays must be nested at most ${maxRank} deep, got more`);
  const list = data as readonly NestedNumbers[];
  if (!list.some((part) => Array.isArray(part))) {
    for (const x of list) flat.push(x);
    return [list.length];
  }
  const shapes = Array.from(list, (part) => shapeOf(part, flat, depth + 1));
  const [inner] = shapes as [number[]];
  for (const [i, shape] of shapes.entries())
    if (!sameShape(shape, inner))
      throw new Error(`tensor: nested arrays must be even, got ${show(inner)} at 0 and ${show(shape)} at ${i}`);
  return [list.length, ...inner];
}

/**
 * Returns a tensor of the given numbers (true counts as 1, false as 0): nested arrays, whose
 * nesting is the shape, or a flat or typed array, whose shape is [n] unless `shape` is given.
 * Elements become float32, on the device `reference` float64. Throws if arrays of one level differ
 * in shape, if an element is no number, if the number of elements does not fit `shape`, or if there
 * are more than the device allows.
 */
export function tensor(data: NestedNumbers | HostArray, options: { shape?: Shape } = {}): Tensor {
  const { shape } = checkOptions('tensor', options, ['shape']);
  const typed = ArrayBuffer.isView(data);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array || data instanceof DataView)
    throw new Error(`tensor: elements must be numbers, got a ${data.constructor.name}`);
  const list: number[] = [];
  const own = typed ? [data.length] : shapeOf(data, list);
  const flat: Flat = typed ? data : list;
  try {
    flat.values();
  } catch {
    throw new Error('tensor: the array has lost its numbers, its buffer was transferred or made smaller');
  }
  const target = shape ? newShape('tensor', shape) : newShape('tensor', own);
  if (sizeOf(target) !== flat.length) throw new Error(`tensor: ${flat.length} elements cannot fill ${show(target)}`);
  for (const x of list)
    if (typeof x !== 'number' && typeof x !== 'boolean')
      throw new Error(`tensor: elements must be numbers, got ${showAny(x)}`);
  return fromHost(currentIsReference() ? Float64Array.from(flat) : Float32Array.from(flat), target);
}

/**
 * Returns a tensor of a new `argument` node on top of `node`. Equal expressions may be interned as
 * one node, but two weights that both start as zeros must remain two.
 */
const own = (node: Node): Tensor => new Tensor(argument(node));

/**
 * Returns a tensor of `shape` in which every element is `value`, a number or a scalar tensor. A
 * tensor with axes is broadcast to `shape`, and throws if it does not fit.
 */
export const full = (shape: Shape, value: TensorLike): Tensor => {
  newShape('full', shape);
  if (typeof value === 'number') return own(fullNode(shape, value));
  return new Tensor(broadcastTo(nodeOf('full', value), shape, 'full'));
};
/** Returns a tensor of `shape` whose elements are 0. */
export const zeros = (shape: Shape): Tensor => full(newShape('zeros', shape), 0);
/** Returns a tensor of `shape` whose elements are 1. */
export const ones = (shape: Shape): Tensor => full(newShape('ones', shape), 1);
/** Returns zeros in the shape of x. */
export const zerosLike = (x: TensorLike): Tensor => zeros(nodeOf('zerosLike', x).shape);
/** Returns ones in the shape of x. */
export const onesLike = (x: TensorLike): Tensor => ones(nodeOf('onesLike', x).shape);

/**
 * Throws if `from` and `step` are integers, but float32 cannot hold from + i · step exactly for
 * some i from 0 to n − 1. On `reference`, which computes in float64, it never throws.
 */
function checkWhole(from: number, step: number, n: number): void {
  if (currentIsReference() || !Number.isInteger(from) || !Number.isInteger(step)) return;
  for (let i = 0; i < n; i++)
    if (Math.fround(Math.fround(i * step) + from) !== i * step + from)
      throw new Error(`arange: float32 does not count exactly to ${i * step + from}; use reference`);
}

/**
 * Returns the numbers start, start + step, … that come before stop, as a tensor [n]; `arange(n)`
 * counts from 0 to n − 1. The step may be negative, and is 1 by default. The result is empty if
 * stop does not come after start in the direction of the step. Throws if a bound is not finite, if
 * the step is 0, or if float32 cannot hold integers of the result exactly.
 */
export function arange(start: number, stop?: number, step = 1): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (![from, to, step].every(Number.isFinite) || step === 0)
    throw new Error(
      `arange: bounds must be finite and the step not 0, got ${[from, to, step].map(showAny).join(', ')}`,
    );
  const [n] = newShape('arange', [Math.max(0, Math.ceil((to - from) / step))]) as [number];
  checkIndices('arange', n);
  checkWhole(from, step, n);
  return own(new Tensor(iota(n)).mul(step).add(from).node);
}

/**
 * Returns n (by default 50) evenly spaced numbers from start to stop, as a tensor [n]. Both ends
 * are included and exact; for n = 1 the result is [start]. Throws if a bound is not finite or if n
 * is not a non-negative integer.
 */
export function linspace(start: number, stop: number, n = 50): Tensor {
  if (!Number.isFinite(start) || !Number.isFinite(stop))
    throw new Error(`linspace: bounds must be finite numbers, got ${showAny(start)}, ${showAny(stop)}`);
  if (!Number.isInteger(n) || n < 0)
    throw new Error(`linspace: the count must be a non-negative integer, got ${showAny(n)}`);
  newShape('linspace', [n]);
  checkIndices('linspace', n);
  if (n < 2) return full([n], start);
  // Each half is counted from its own end, so both ends are exact.
  const i = new Tensor(iota(n));
  const step = (stop - start) / (n - 1);
  const fromStart = i.mul(step).add(start);
  const back = i.sub(n - 1);
  const fromStop = back.mul(step).add(stop);
  return own(i.less(n / 2).where(fromStart, fromStop).node);
}

/**
 * Returns the identity matrix [n, n], or the matrix [n, m] with ones where row and column are equal
 * and zeros elsewhere.
 */
export function eye(n: number, m = n): Tensor {
  newShape('eye', [n, m]);
  checkIndices('eye', Math.max(n, m));
  return own(diagonal(n, m));
}

/**
 * Returns a tensor [...indices.shape, depth] with 1 at each index along the new last axis and 0
 * elsewhere. Indices are a tensor, a number, or arrays as `tensor` takes them. An index that is no
 * integer from 0 to depth − 1 throws if the host knows it; if only a device knows it, it gives
 * zeros.
 */
export function oneHot(indices: TensorLike | NestedNumbers | HostArray, depth: number): Tensor {
  if (!Number.isInteger(depth) || depth < 0)
    throw new Error(`oneHot: depth must be a non-negative integer, got ${showAny(depth)}`);
  const given = Array.isArray(indices) || ArrayBuffer.isView(indices) ? tensor(indices) : (indices as TensorLike);
  newShape('oneHot', [...nodeOf('oneHot', given).shape, depth]);
  const at = indexNode('oneHot', given, 0, depth);
  return new Tensor(unsqueeze(at, [at.shape.length])).equal(new Tensor(iota(depth)));
}

/** Returns a tensor of shape [] that holds `value`. Throws if that is no number. */
export function scalar(value: number): Tensor {
  if (typeof value !== 'number') throw new Error(`scalar: a number is needed, got ${showAny(value)}`);
  return own(constant(value));
}
