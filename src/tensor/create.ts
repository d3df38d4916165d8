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
 * Returns the shape of nested arrays and appends their numbers to `flat` in row-major order. Throws
 * where arrays of one level differ in length.
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
 * A tensor of the given numbers: nested arrays, or a flat array with a `shape`. Elements are
 * float32, on the reference device float64. Throws if `data` is uneven, holds something that is no
 * number, or does not fill the shape.
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
  if (sizeOf(target) !== flat.length)
    throw new Error(`tensor: ${flat.length} numbers cannot have shape ${show(target)}`);
  for (const x of list)
    if (typeof x !== 'number' && typeof x !== 'boolean')
      throw new Error(`tensor: elements must be numbers, got ${showAny(x)}`);
  return fromHost(currentIsReference() ? Float64Array.from(flat) : Float32Array.from(flat), target);
}

/**
 * Wraps the node in a fresh `argument` node. Equal expressions may be interned as one node, but two
 * weights that both start as zeros must remain two.
 */
const own = (node: Node): Tensor => new Tensor(argument(node));

/** A tensor of `shape` in which every element is `value`. */
export const full = (shape: Shape, value: TensorLike): Tensor => {
  newShape('full', shape);
  if (typeof value === 'number') return own(fullNode(shape, value));
  return new Tensor(broadcastTo(nodeOf('full', value), shape, 'full'));
};
/** A tensor of zeros of the given shape. */
export const zeros = (shape: Shape): Tensor => full(newShape('zeros', shape), 0);
/** A tensor of ones of the given shape. */
export const ones = (shape: Shape): Tensor => full(newShape('ones', shape), 1);
/** A tensor of zeros of the shape of x. */
export const zerosLike = (x: TensorLike): Tensor => zeros(nodeOf('zerosLike', x).shape);
/** A tensor of ones of the shape of x. */
export const onesLike = (x: TensorLike): Tensor => ones(nodeOf('onesLike', x).shape);

/**
 * Throws if start and step are integers, but float32 cannot hold some from + i·step exactly. All
 * devices but `reference` compute in float32.
 */
function checkWhole(from: number, step: number, n: number): void {
  if (currentIsReference() || !Number.isInteger(from) || !Number.isInteger(step)) return;
  for (let i = 0; i < n; i++)
    if (Math.fround(Math.fround(i * step) + from) !== i * step + from)
      throw new Error(`arange: float32 does not count exactly to ${i * step + from}; use reference`);
}

/**
 * The numbers start, start + step, … up to but excluding stop; `arange(n)` counts from 0. Throws
 * where float32 cannot count exactly.
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

/** n evenly spaced numbers from start to stop, both included. */
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

/** The identity matrix [n, n], or the [n, m] matrix with ones on its diagonal. */
export function eye(n: number, m = n): Tensor {
  newShape('eye', [n, m]);
  checkIndices('eye', Math.max(n, m));
  return own(diagonal(n, m));
}

/**
 * One-hot rows: 1 at each index along a new last axis of size `depth`, 0 elsewhere. The result has
 * shape [...indices.shape, depth]. Indices may also be given as `tensor` takes its data.
 */
export function oneHot(indices: TensorLike | NestedNumbers | HostArray, depth: number): Tensor {
  if (!Number.isInteger(depth) || depth < 0)
    throw new Error(`oneHot: depth must be a non-negative integer, got ${showAny(depth)}`);
  const given = Array.isArray(indices) || ArrayBuffer.isView(indices) ? tensor(indices) : (indices as TensorLike);
  newShape('oneHot', [...nodeOf('oneHot', given).shape, depth]);
  const at = indexNode('oneHot', given, 0, depth);
  return new Tensor(unsqueeze(at, [at.shape.length])).equal(new Tensor(iota(depth)));
}

/** A tensor of shape [] that holds `value`. */
export function scalar(value: number): Tensor {
  if (typeof value !== 'number') throw new Error(`scalar: a number is needed, got ${showAny(value)}`);
  return own(constant(value));
}
