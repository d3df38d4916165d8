import { elementwise as table, type ElementwiseName, type Scalar } from '../../kernels/elementwise.ts';
import type { ReduceKind } from '../../kernels/reduce.ts';
import { sizeOf, stage, type HostFunction, type Node, type OpAttrs, type Shape } from './node.ts';
import { broadcastShapes, range, sameShape, show } from './shape.ts';
import { constantValue, make } from './simplify.ts';

/**
 * Builders: each checks its arguments, then makes a node of the graph. They take axes that are
 * already counted from the front. `name` is the function that the user called; errors begin with
 * it.
 */

export const constant = (value: number): Node => make('constant', [], [], { value });

/** Returns an array of the given shape whose elements all equal `value`. */
export const full = (shape: Shape, value: number): Node => broadcastTo(constant(value), shape);

export const zeros = (shape: Shape): Node => full(shape, 0);

export const iota = (n: number): Node => make('iota', [], [n], {});

/**
 * Returns the counter 0, 1, …, n − 1 along one axis of an array of `rank` axes; the other axes have
 * size 1.
 */
export function counter(n: number, rank: number, axis: number): Node {
  const others = range(rank).filter((i) => i !== axis);
  return unsqueeze(iota(n), others);
}

/** Returns the matrix [n, m] with ones on the diagonal and zeros elsewhere. */
export const diagonal = (n: number, m: number): Node => elementwise('equal', counter(n, 2, 0), counter(m, 2, 1));

/** Returns the elements of x, in row-major order, in another shape. Throws if the sizes differ. */
export function reshape(x: Node, shape: Shape, name = 'reshape'): Node {
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new Error(`${name}: ${sizeOf(x.shape)} elements cannot fill ${show(shape)}`);
  return make('reshape', [x], shape, {});
}

export function permute(x: Node, order: Shape): Node {
  const shape = order.map((a) => x.shape[a]!);
  return make('permute', [x], shape, { order });
}

/** Moves the axes of y = permute(x, order) back to their places in x. */
export const permuteBack = (y: Node, order: Shape): Node => {
  const back = order.map((_, i) => order.indexOf(i));
  return permute(y, back);
};

/** Moves one axis of x to another place; the other axes keep their order. */
export function moveAxis(x: Node, from: number, to: number): Node {
  const order = range(x.shape.length).filter((i) => i !== from);
  order.splice(to, 0, from);
  return permute(x, order);
}

/** Exchanges axes a and b of x. */
export function swapAxes(x: Node, a: number, b: number): Node {
  const order = range(x.shape.length);
  [order[a], order[b]] = [order[b]!, order[a]!];
  return permute(x, order);
}

/** Repeats x to `shape` by NumPy's rules. Throws if they do not allow it. */
export function broadcastTo(x: Node, shape: Shape, name = 'broadcastTo'): Node {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  if (lead < 0 || x.shape.some((d, i) => d !== 1 && d !== shape[lead + i]))
    throw new Error(`${name}: ${show(x.shape)} cannot be broadcast to ${show(shape)}`);
  const aligned = make('reshape', [x], [...shape.slice(0, lead).map(() => 1), ...x.shape], {});
  return make('expand', [aligned], shape, {});
}

/** Inserts axes of size 1 into x; `axes` are their places in the result. */
export function unsqueeze(x: Node, axes: readonly number[]): Node {
  const shape: number[] = [];
  let next = 0;
  for (let i = 0; i < x.shape.length + axes.length; i++) shape.push(axes.includes(i) ? 1 : x.shape[next++]!);
  return make('reshape', [x], shape, {});
}

/** Removes `axes`, which have size 1, from x. */
export function squeeze(x: Node, axes: readonly number[]): Node {
  const shape = x.shape.filter((_, i) => !axes.includes(i));
  return make('reshape', [x], shape, {});
}

/**
 * Returns the result of an entry of the elementwise table on inputs that are broadcast to one
 * shape. If all inputs are constants, the result is one too, unless the graph is made for
 * execution. Throws, with `name`, if the inputs do not broadcast together.
 */
export function elementwise(name: ElementwiseName, ...inputs: Node[]): Node {
  const shape = broadcastShapes(name, ...inputs.map((x) => x.shape));
  // Constants are not folded for execution: a cached plan is reused with other constants.
  if (stage() === 'building' && inputs.every((x) => constantValue(x) !== undefined))
    return full(shape, (table[name].value as Scalar)(...inputs.map((x) => constantValue(x)!)));
  const aligned = inputs.map((x) => broadcastTo(x, shape));
  return make('elementwise', aligned, shape, { name });
}

export const add = (a: Node, b: Node): Node => elementwise('add', a, b);
export const mul = (a: Node, b: Node): Node => elementwise('mul', a, b);
export const div = (a: Node, b: Node): Node => elementwise('div', a, b);
export const where = (c: Node, a: Node, b: Node): Node => elementwise('where', c, a, b);

/** Puts zeros around x: `before[d]` of them in front of axis d and `after[d]` after it. */
export function pad(x: Node, before: Shape, after: Shape): Node {
  const shape = x.shape.map((d, i) => before[i]! + d + after[i]!);
  return extend(x, shape, before);
}

/** Returns zeros of `shape` that contain x, which begins at `before`. */
export const extend = (x: Node, shape: Shape, before: Shape = shape.map(() => 0)): Node =>
  make('pad', [x], shape, { before });

/** Returns the part of x that has the given shape and begins at `start`. */
export const shrink = (x: Node, start: Shape, shape: Shape): Node => make('shrink', [x], shape, { start });

/** Returns the elements of x with indices from `from` to `to` − 1 along an axis. */
export function slice(x: Node, axis: number, from: number, to: number): Node {
  const start = x.shape.map(() => 0).with(axis, from);
  return shrink(x, start, x.shape.with(axis, to - from));
}

export const flip = (x: Node, axes: Shape): Node => make('flip', [x], x.shape, { axes });

/** Returns sliding windows along an axis; the index within a window is a new last axis. */
export function window(x: Node, axis: number, size: number, stride: number, dilation: number): Node {
  const places = Math.floor((x.shape[axis]! - (size - 1) * dilation - 1) / stride) + 1;
  return make('window', [x], [...x.shape.with(axis, places), size], { axis, size, stride, dilation });
}

export function concat(inputs: readonly Node[], axis: number): Node {
  const total = inputs.reduce((n, x) => n + x.shape[axis]!, 0);
  return make('concat', inputs, inputs[0]!.shape.with(axis, total), { axis });
}

/** Folds x over axes, which stay with size 1. */
export function reduce(kind: ReduceKind, x: Node, axes: readonly number[]): Node {
  if (axes.length === 0) return x;
  const shape = x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
  return make('reduce', [x], shape, { kind, axes });
}

export const sum = (x: Node, axes: readonly number[]): Node => reduce('sum', x, axes);

/**
 * Contracts a: [batch…, rows…, inner…] with b: [batch…, columns…, inner…] to [batch…, rows…,
 * columns…]. `batch` and `inner` are numbers of axes.
 */
export function contract(a: Node, b: Node, batch: number, inner: number): Node {
  const rows = a.shape.length - batch - inner;
  const columns = b.shape.length - batch - inner;
  const shape = [...a.shape.slice(0, batch + rows), ...b.shape.slice(batch, batch + columns)];
  return make('contract', [a, b], shape, { batch, rows, columns, inner });
}

/**
 * Returns y[i] = x[i with i[axis] = indices[i]]. x and indices have equal sizes on all other axes.
 */
export const gather = (x: Node, indices: Node, axis: number): Node =>
  make('gather', [x, indices], indices.shape, { axis });

/** Returns uniform draws, [batch…, …shape], for keys [batch…, 4]. */
export const random = (key: Node, shape: Shape): Node =>
  make('random', [key], [...key.shape.slice(0, -1), ...shape], { batch: key.shape.length - 1 });

/** Makes the GradDrop merge of lanes inputs[0], [T, …], into one cotangent, […]; see `OpAttrs`. */
export const signDrop = (inputs: readonly Node[], attrs: OpAttrs['signDrop']): Node =>
  make('signDrop', inputs, inputs[0]!.shape.slice(1), attrs);

/** Repeats h to [lanes, …]. The cotangent of h is rule(g, h), for the lanes' cotangents g. */
export const fanOut = (h: Node, lanes: number, rule: (g: Node, h: Node) => Node): Node =>
  make('fanOut', [h], [lanes, ...h.shape], { rule });

export const stopGradient = (x: Node): Node => make('stopGradient', [x], x.shape, {});

/** Returns a separate node that equals x; see `OpAttrs`. */
export const argument = (x: Node): Node => make('argument', [x], x.shape, {});

export const leaf = (shape: Shape, label?: string): Node =>
  make('leaf', [], shape, label === undefined ? {} : { label });

export const hostCall = (name: string, inputs: readonly Node[], shape: Shape, call: HostFunction): Node =>
  make('hostCall', inputs, shape, { call, name });

/**
 * For a pad along a single axis, returns the axis and the interval that the input fills. Returns
 * undefined for any other node, and for one that has a value.
 */
function padded(x: Node): { axis: number; from: number; to: number } | undefined {
  if (x.op !== 'pad' || x.value !== undefined) return undefined;
  const inner = x.inputs[0]!.shape;
  const axes = range(x.shape.length).filter((i) => inner[i] !== x.shape[i]);
  const from = x.attrs.before[axes[0]!]!;
  return axes.length === 1 ? { axis: axes[0]!, from, to: from + inner[axes[0]!]! } : undefined;
}

/**
 * Returns the sum of nodes of one shape. Pads along one axis that do not overlap are concatenated,
 * with zeros in the gaps. So the cotangents of lanes, or of any slices, become one concatenation
 * that reads each of them once.
 */
export function sumAll(terms: readonly Node[]): Node {
  if (terms.length === 1) return terms[0]!;
  return laidEndToEnd(terms) ?? inPairs(terms, 0, terms.length);
}

/**
 * Adds pairs, then pairs of pairs, so that the rounding error grows with the logarithm of the
 * number of terms.
 */
function inPairs(terms: readonly Node[], from: number, to: number): Node {
  if (to - from === 1) return terms[from]!;
  const half = (from + to) >> 1;
  return add(inPairs(terms, from, half), inPairs(terms, half, to));
}

/** Concatenates pads along one axis that do not overlap. Returns undefined for other terms. */
function laidEndToEnd(terms: readonly Node[]): Node | undefined {
  const axis = padded(terms[0]!)?.axis;
  if (axis === undefined) return undefined;
  const places = terms.map(padded);
  if (!places.every((p) => p?.axis === axis)) return undefined;
  const order = range(terms.length).sort((i, j) => places[i]!.from - places[j]!.from);
  if (!order.every((i, n) => n === 0 || places[order[n - 1]!]!.to <= places[i]!.from)) return undefined;
  const shape = terms[0]!.shape;
  const gap = (n: number): Node[] => (n > 0 ? [zeros(shape.with(axis, n))] : []);
  const parts: Node[] = [];
  let at = 0;
  for (const i of order) {
    parts.push(...gap(places[i]!.from - at), terms[i]!.inputs[0]!);
    at = places[i]!.to;
  }
  return concat([...parts, ...gap(shape[axis]! - at)], axis);
}
