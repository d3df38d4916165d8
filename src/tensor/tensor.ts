import type { ElementwiseName, elementwise as table } from '../../kernels/elementwise.ts';
import { currentIsReference } from '../device/current.ts';
import { run, runSync } from '../device/run.ts';
import { HostStorage, storageOf } from '../device/storage.ts';
import { constant, elementwise, leaf, slice, squeeze } from '../graph/build.ts';
import { holding, release, sever, sizeOf, type HostArray, type Node, type Shape } from '../graph/node.ts';
import { proxied, show, showAny } from '../graph/shape.ts';
import { noteCreated } from './created.ts';

/** An operand: a tensor, or a number, which stands for a scalar tensor. */
export type TensorLike = Tensor | number;

/** The elements of a tensor as nested arrays, one level for each axis; a number for a scalar. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** The operations of the elementwise table as methods: `x.tanh()`, `x.add(y)`, `c.where(a, b)`. */
export type ElementwiseMethods = {
  [K in ElementwiseName]: (typeof table)[K]['arity'] extends 1
    ? () => Tensor
    : (typeof table)[K]['arity'] extends 2
      ? (b: TensorLike) => Tensor
      : (b: TensorLike, c: TensorLike) => Tensor;
};

/**
 * An immutable array that is computed when it is read. A tensor is a handle on a node of the graph:
 * operations build nodes; `data()`, `array()`, `item()` and `realize()` compute them on the current
 * device.
 */
export class Tensor {
  readonly node: Node;
  #disposed = false;

  /** Tensors are made from numbers by `tensor(…)`. */
  constructor(node: Node) {
    this.node = node;
    node.handles++;
    noteCreated(this);
  }

  get shape(): Shape {
    return this.node.shape;
  }

  get rank(): number {
    return this.node.shape.length;
  }

  get size(): number {
    return sizeOf(this.node.shape);
  }

  get disposed(): boolean {
    if (!(#disposed in this)) throw new Error(`tensor: ${proxied('a tensor')}`);
    return this.#disposed || this.node.value?.disposed === true;
  }

  /**
   * Computes the elements, row-major: a Float32Array, on the reference device a Float64Array. The
   * caller owns the array. A read that has begun finishes, whatever is disposed and whichever
   * device is chosen meanwhile.
   */
  async data(): Promise<HostArray> {
    checkAlive('data', this);
    return (await readNodes([this.node]))[0]!;
  }

  /** Like `data`, but synchronous. Throws on devices that can only answer later. */
  dataSync(): HostArray {
    checkAlive('dataSync', this);
    runSync([this.node]);
    return inKind(storageOf(this.node).readSync().slice(), currentIsReference());
  }

  /** Computes the elements as nested arrays, a scalar as a number. */
  async array(): Promise<NestedNumbers> {
    return nest(await this.data(), this.shape);
  }

  /** Computes the one element of a tensor of size 1. Throws for any other size. */
  async item(): Promise<number> {
    if (this.size !== 1) throw new Error(`item: a tensor of size 1 is needed, got shape ${show(this.shape)}`);
    return (await this.data())[0]!;
  }

  /** The i-th slice along the first axis. Negative i counts from the end. */
  at(i: number): Tensor {
    const n = this.shape[0];
    if (n === undefined) throw new Error('at: a scalar has no slices');
    if (!Number.isInteger(i) || i < -n || i >= n)
      throw new Error(`at: index must be an integer from ${-n} to ${n - 1}, got ${showAny(i)}`);
    const from = i < 0 ? i + n : i;
    return new Tensor(squeeze(slice(nodeOf('at', this), 0, from, from + 1), [0]));
  }

  *[Symbol.iterator](): IterableIterator<Tensor> {
    const n = this.shape[0];
    if (n === undefined) throw new Error('iterate: a scalar has no slices');
    for (let i = 0; i < n; i++) yield this.at(i);
  }

  /** Frees the values now. A later use of the tensor throws. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    release(this.node);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Returns shape and device, and the elements if the host has them and they are at most 100. */
  toString(): string {
    const value = this.node.value;
    const host = value && !value.disposed ? storageOf(this.node).peek() : undefined;
    const where = this.disposed ? ', disposed' : value ? ` on ${value.device}` : ', not computed yet';
    const text = host && host.length <= 100 ? ` ${textOf(nest(host, this.shape))}` : '';
    return `Tensor ${show(this.shape)}${where}${text}`;
  }

  /**
   * Returns text for `${x}` and String(x). Throws for operators and functions that take numbers, of
   * which JavaScript would make NaN.
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new Error(
      'Tensor: operators and Math take numbers; use x.add(y), x.tanh(), x.greater(0), …, or `await x.item()` for the number',
    );
  }

  /** Returns shape and device for JSON.stringify. `save` of cotangent/data writes the elements. */
  toJSON(): { shape: Shape; device: string | null } {
    return { shape: this.shape, device: this.node.value?.device ?? null };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

// The methods are attached in methods.ts, where operations and Tensor meet.
export interface Tensor extends ElementwiseMethods {}

/** Converts data to the float type that the device computes in. */
const inKind = (data: HostArray, double: boolean): HostArray => {
  if (double) return data instanceof Float64Array ? data : Float64Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
};

function checkAlive(name: string, t: Tensor): void {
  if (t.disposed) throw new Error(`${name}: the tensor of shape ${show(t.shape)} has been disposed`);
}

/** Throws if x is a tensor of another copy of this package. */
export function checkOwn(name: string, x: unknown): void {
  if (typeof x === 'object' && x !== null && !(x instanceof Tensor) && 'node' in x && 'shape' in x)
    throw new Error(`${name}: the tensor belongs to another copy of cotangent`);
}

/** Says what to do about something that is no operand. */
function nextStep(x: unknown): string {
  if (x === undefined) return '; is a `return`, a lane or a property missing?';
  if (x instanceof Promise) return '; await it first';
  if (!Array.isArray(x) && !ArrayBuffer.isView(x)) return '';
  const shown = showAny(x);
  return `; wrap it: tensor(${shown.length <= 40 ? shown : '…'})`;
}

/**
 * Returns the node of an operand. Throws with the operation's name if it is no tensor or number.
 */
export function nodeOf(name: string, x: TensorLike): Node {
  if (typeof x === 'number') return constant(x);
  checkOwn(name, x);
  if (!(x instanceof Tensor))
    throw new Error(`${name}: an operand must be a tensor or a number, got ${showAny(x)}${nextStep(x)}`);
  checkAlive(name, x);
  return x.node;
}

/** Returns an operand as a tensor. Throws like `nodeOf`. */
export const asTensor = (name: string, x: TensorLike): Tensor =>
  x instanceof Tensor ? (nodeOf(name, x), x) : new Tensor(nodeOf(name, x));

/** Applies an operation of the elementwise table to tensors. */
export const applyElementwise = (name: ElementwiseName, ...args: TensorLike[]): Tensor =>
  new Tensor(elementwise(name, ...args.map((x) => nodeOf(name, x))));

/** A leaf of `shape` that holds `data` on the current device. */
export function fromHost(data: HostArray, shape: Shape): Tensor {
  const node = leaf(shape);
  node.value = new HostStorage(data);
  return new Tensor(node);
}

/** Returns nested numbers as JSON, but with NaN and ±Infinity as such. */
const textOf = (x: NestedNumbers): string => (typeof x === 'number' ? `${x}` : `[${x.map(textOf).join()}]`);

function nest(data: ArrayLike<number>, shape: Shape, at = 0, axis = 0): NestedNumbers {
  if (axis === shape.length) return data[at]!;
  const step = sizeOf(shape.slice(axis + 1));
  return Array.from({ length: shape[axis]! }, (_, i) => nest(data, shape, at + i * step, axis + 1));
}

/**
 * Computes the nodes together and returns arrays that the caller may keep. Disposing of a tensor
 * meanwhile does not take its array away.
 */
export function readNodes(nodes: readonly Node[]): Promise<HostArray[]> {
  const double = currentIsReference();
  return holding(nodes, async () => {
    await run(nodes);
    return Promise.all(nodes.map(async (n) => inKind(await (await storageOf(n).settled()).copy(), double)));
  });
}

/** Computes the nodes together and makes them leaves: their history is forgotten. */
export async function realizeNodes(nodes: readonly Node[]): Promise<void> {
  await holding(nodes, async () => {
    await run(nodes);
    nodes.forEach(sever);
  });
}
