import type { ElementwiseName } from '../../kernels/elementwise.ts';
import { currentIsReference } from '../device/current.ts';
import { run, runSync } from '../device/run.ts';
import { HostStorage, storageOf } from '../device/storage.ts';
import { constant, elementwise, leaf, slice, squeeze } from '../graph/build.ts';
import { holding, release, sever, sizeOf, type HostArray, type Node, type Shape } from '../graph/node.ts';
import { observer } from '../graph/observe.ts';
import { proxied, show, showAny } from '../graph/shape.ts';
import { noteCreated } from './created.ts';

/** An operand: a tensor, or a number, which counts as a scalar tensor. */
export type TensorLike = Tensor | number;

/** The elements of a tensor as nested arrays, one level for each axis; for a scalar, a number. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * An immutable array of numbers that is computed when it is read. `tensor(…)` makes one from
 * numbers. Operations return new tensors at once and compute nothing. `data()`, `array()`, `item()`
 * and `realize(…)` compute the elements on the current device.
 */
export class Tensor {
  /** The node of the graph that this tensor is a handle on. */
  readonly node: Node;
  #disposed = false;

  /** Makes a tensor of a node. Users call `tensor(…)`. */
  constructor(node: Node) {
    this.node = node;
    node.handles++;
    noteCreated(this);
  }

  /** The size of each axis; [] for a scalar. */
  get shape(): Shape {
    return this.node.shape;
  }

  /** The number of axes. */
  get rank(): number {
    return this.node.shape.length;
  }

  /** The number of elements: the product of the shape, 1 for a scalar. */
  get size(): number {
    return sizeOf(this.node.shape);
  }

  /** True if the tensor has been disposed of. Throws if `this` is a Proxy of a tensor. */
  get disposed(): boolean {
    if (!(#disposed in this)) throw new Error(`tensor: ${proxied('a tensor')}`);
    return this.#disposed || this.node.value?.disposed === true;
  }

  /**
   * Computes the elements and returns them row-major in a new array that the caller owns: a
   * Float32Array, on the device `reference` a Float64Array. A read that has begun ends as usual,
   * even if a tensor is disposed of or another device is chosen meanwhile. Throws if the tensor has
   * been disposed of.
   */
  async data(): Promise<HostArray> {
    checkAlive('data', this);
    return (await readNodes([this.node]))[0]!;
  }

  /**
   * Returns what `data` promises, at once. Throws if the device can answer only later or has not
   * been started, if elements are still being computed, or if the tensor has been disposed of.
   */
  dataSync(): HostArray {
    checkAlive('dataSync', this);
    runSync([this.node]);
    return inKind(storageOf(this.node).readSync().slice(), currentIsReference());
  }

  /** Computes the elements and returns them as nested arrays, a scalar as a number. */
  async array(): Promise<NestedNumbers> {
    return nest(await this.data(), this.shape);
  }

  /** Computes and returns the one element. Throws unless the size is 1. */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new Error(`item: a tensor of size 1 is needed, got shape ${show(this.shape)}; use array()`);
    return (await this.data())[0]!;
  }

  /**
   * Returns the slice at index i of the first axis; the result has one axis less. A negative i
   * counts from the end. Throws for a scalar and if there is no such slice.
   */
  at(i: number): Tensor {
    const n = this.shape[0];
    if (n === undefined) throw new Error('at: a scalar has no slices');
    if (!Number.isInteger(i) || i < -n || i >= n)
      throw new Error(`at: index must be an integer from ${-n} to ${n - 1}, got ${showAny(i)}`);
    const from = i < 0 ? i + n : i;
    return new Tensor(squeeze(slice(nodeOf('at', this), 0, from, from + 1), [0]));
  }

  /**
   * Yields the slices along the first axis, so that `const [a, b] = x` works. Throws for a scalar.
   */
  *[Symbol.iterator](): IterableIterator<Tensor> {
    const n = this.shape[0];
    if (n === undefined) throw new Error('iterate: a scalar has no slices');
    for (let i = 0; i < n; i++) yield this.at(i);
  }

  /**
   * Frees the elements now, unless another tensor holds the same node. A later use of this tensor
   * throws. Where it was made from data, so does a read of a tensor that depends on it and has not
   * been computed yet. A second call does nothing.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    release(this.node);
  }

  /** Does what `dispose` does, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * Returns a text of the shape and the device, with the elements if they have been computed, are
   * on the host and are at most 100. Computes nothing.
   */
  toString(): string {
    const value = this.node.value;
    const host = value && !value.disposed ? storageOf(this.node).peek() : undefined;
    const where = this.disposed ? ', disposed' : value ? ` on ${value.device}` : ', not computed yet';
    const text = host && host.length <= 100 ? ` ${textOf(nest(host, this.shape))}` : '';
    return `Tensor ${show(this.shape)}${where}${text}`;
  }

  /**
   * Returns text for `${x}` and String(x). Throws for operators and functions that take numbers,
   * such as x + 1 and Math.exp(x), which would give NaN.
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new Error(
      'Tensor: operators and Math take numbers; use x.add(y), x.tanh(), x.greater(0), …, or `await x.item()` for the number',
    );
  }

  /**
   * Returns shape and device for JSON.stringify; the device is null before the elements are
   * computed. `save` of cotangent/data writes the elements.
   */
  toJSON(): { shape: Shape; device: string | null } {
    return { shape: this.shape, device: this.node.value?.device ?? null };
  }

  /** Returns what `toString` returns, for `console.log` in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Returns elements as a Float64Array if `double` is true, otherwise as a Float32Array. */
const inKind = (data: HostArray, double: boolean): HostArray => {
  if (double) return data instanceof Float64Array ? data : Float64Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
};

/** Throws, with `name`, if t has been disposed of. */
function checkAlive(name: string, t: Tensor): void {
  if (t.disposed) throw new Error(`${name}: the tensor of shape ${show(t.shape)} has been disposed`);
}

/** Throws, with `name`, if x is a tensor of another copy of this package. */
export function checkOwn(name: string, x: unknown): void {
  if (typeof x === 'object' && x !== null && !(x instanceof Tensor) && 'node' in x && 'shape' in x)
    throw new Error(`${name}: the tensor belongs to another copy of cotangent`);
}

/**
 * Returns the end of an error about x, which is no operand: what the user can do about it, or ''.
 */
function nextStep(x: unknown): string {
  if (x === undefined) return '; is a `return`, a lane or a property missing?';
  if (x instanceof Promise) return '; await it first';
  if (!Array.isArray(x) && !ArrayBuffer.isView(x)) return '';
  if (Array.isArray(x) && x.some((part) => part instanceof Tensor)) return '; join it: stack(…)';
  const shown = showAny(x);
  return `; wrap it: tensor(${Array.isArray(x) && shown.length <= 40 ? shown : '…'})`;
}

/**
 * Returns the node of an operand; a number becomes a constant. Throws, with `name`, if x is neither
 * a tensor nor a number, has been disposed of, or belongs to another copy of this package.
 */
export function nodeOf(name: string, x: TensorLike): Node {
  observer?.named?.(name);
  if (typeof x === 'number') return constant(x);
  checkOwn(name, x);
  if (!(x instanceof Tensor))
    throw new Error(`${name}: an operand must be a tensor or a number, got ${showAny(x)}${nextStep(x)}`);
  checkAlive(name, x);
  return x.node;
}

/** Returns an operand as a tensor. Throws as `nodeOf` does. */
export const asTensor = (name: string, x: TensorLike): Tensor =>
  x instanceof Tensor ? (nodeOf(name, x), x) : new Tensor(nodeOf(name, x));

/**
 * Returns the operation `name` of the elementwise table on operands that broadcast together.
 * Throws, with `name`, if they do not.
 */
export const applyElementwise = (name: ElementwiseName, ...args: TensorLike[]): Tensor =>
  new Tensor(elementwise(name, ...args.map((x) => nodeOf(name, x))));

/** Returns a tensor of `shape` that holds `data`, row-major, without copying it. */
export function fromHost(data: HostArray, shape: Shape): Tensor {
  const node = leaf(shape);
  node.value = new HostStorage(data);
  return new Tensor(node);
}

/** Returns nested numbers as JSON, except that NaN, Infinity and −Infinity are written by name. */
const textOf = (x: NestedNumbers): string => (typeof x === 'number' ? `${x}` : `[${x.map(textOf).join()}]`);

/**
 * Returns elements as nested arrays, for the axes of `shape` from `axis` on; the first element is
 * data[at].
 */
function nest(data: ArrayLike<number>, shape: Shape, at = 0, axis = 0): NestedNumbers {
  if (axis === shape.length) return data[at]!;
  const step = sizeOf(shape.slice(axis + 1));
  return Array.from({ length: shape[axis]! }, (_, i) => nest(data, shape, at + i * step, axis + 1));
}

/**
 * Computes the nodes together and returns the elements of each in an array that the caller owns.
 * Disposing of a tensor meanwhile does not disturb this.
 */
export function readNodes(nodes: readonly Node[]): Promise<HostArray[]> {
  const double = currentIsReference();
  return holding(nodes, async () => {
    await run(nodes);
    return Promise.all(nodes.map(async (n) => inKind(await (await storageOf(n).settled()).copy(), double)));
  });
}

/** Computes the nodes together and makes them leaves, which forget what they were computed from. */
export async function realizeNodes(nodes: readonly Node[]): Promise<void> {
  await holding(nodes, async () => {
    await run(nodes);
    nodes.forEach(sever);
  });
}
