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

/** The shape of nested arrays, whose numbers go to `flat`; every level must be even. */
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
 * A tensor of numbers: nested arrays, or flat ones with a `shape`. float32; on the reference device
 * float64.
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
 * A tensor of its own: two weights that start as the same zeros are not one weight, though equal
 * expressions may be one node.
 */
const own = (node: Node): Tensor => new Tensor(argument(node));

/** Every element `value`. */
export const full = (shape: Shape, value: TensorLike): Tensor => {
  newShape('full', shape);
  if (typeof value === 'number') return own(fullNode(shape, value));
  return new Tensor(broadcastTo(nodeOf('full', value), shape, 'full'));
};
export const zeros = (shape: Shape): Tensor => full(newShape('zeros', shape), 0);
export const ones = (shape: Shape): Tensor => full(newShape('ones', shape), 1);
export const zerosLike = (x: TensorLike): Tensor => zeros(nodeOf('zerosLike', x).shape);
export const onesLike = (x: TensorLike): Tensor => ones(nodeOf('onesLike', x).shape);

/**
 * Throws where from, from + step, … are whole numbers and float32, in which all but `reference`
 * compute them, does not hold one.
 */
function checkWhole(from: number, step: number, n: number): void {
  if (currentIsReference() || !Number.isInteger(from) || !Number.isInteger(step)) return;
  for (let i = 0; i < n; i++)
    if (Math.fround(Math.fround(i * step) + from) !== i * step + from)
      throw new Error(`arange: float32 does not count exactly to ${i * step + from}; use reference`);
}

/** start, start + step, … below stop; `arange(n)` counts from 0. */
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

/** n numbers from start to stop, both included, evenly spaced. */
export function linspace(start: number, stop: number, n = 50): Tensor {
  if (!Number.isFinite(start) || !Number.isFinite(stop))
    throw new Error(`linspace: bounds must be finite numbers, got ${showAny(start)}, ${showAny(stop)}`);
  if (!Number.isInteger(n) || n < 0)
    throw new Error(`linspace: the count must be a non-negative integer, got ${showAny(n)}`);
  newShape('linspace', [n]);
  checkIndices('linspace', n);
  if (n < 2) return full([n], start);
  // Both ends come out exact: each half is counted from its own end.
  const i = new Tensor(iota(n));
  const step = (stop - start) / (n - 1);
  const fromStart = i.mul(step).add(start);
  const back = i.sub(n - 1);
  const fromStop = back.mul(step).add(stop);
  return own(i.less(n / 2).where(fromStart, fromStop).node);
}

/** The identity matrix, or ones on the diagonal of n × m. */
export function eye(n: number, m = n): Tensor {
  newShape('eye', [n, m]);
  checkIndices('eye', Math.max(n, m));
  return own(diagonal(n, m));
}

/**
 * 1 at each index along a new last axis of size `depth`, 0 elsewhere. Indices may be given as
 * `tensor` takes its data.
 */
export function oneHot(indices: TensorLike | NestedNumbers | HostArray, depth: number): Tensor {
  if (!Number.isInteger(depth) || depth < 0)
    throw new Error(`oneHot: depth must be a non-negative integer, got ${showAny(depth)}`);
  const given = Array.isArray(indices) || ArrayBuffer.isView(indices) ? tensor(indices) : (indices as TensorLike);
  const at = indexNode('oneHot', given, 0, depth);
  newShape('oneHot', [...at.shape, depth]);
  return new Tensor(unsqueeze(at, [at.shape.length])).equal(new Tensor(iota(depth)));
}

/** A scalar. */
export function scalar(value: number): Tensor {
  if (typeof value !== 'number') throw new Error(`scalar: a number is needed, got ${showAny(value)}`);
  return own(constant(value));
}
