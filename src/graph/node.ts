import type { ElementwiseName } from '../../kernels/elementwise.ts';
import type { ReduceKind } from '../../kernels/reduce.ts';
import type { Expr } from './scalar.ts';
import { InternTable } from './internTable.ts';
import { memo } from './memo.ts';
import { remember } from './remember.ts';
import { nodesBelow } from './walk.ts';

export type Shape = readonly number[];

/**
 * The structural operations and the attributes of each. `node.shape` is always the shape of the
 * result. An operation that the shapes determine completely (reshape, expand, iota) has no
 * attributes.
 */
export interface OpAttrs {
  /** A value from outside the graph: data, or an argument of a compiled function. */
  leaf: { readonly label?: string };
  /** One number, shape []. If `fixed`, plans contain it and do not take it as an argument. */
  constant: { readonly value: number; readonly fixed?: true };
  /** 0, 1, …, n − 1; shape [n]. */
  iota: object;
  /** One entry of the elementwise table. Inputs and result have the same shape. */
  elementwise: { readonly name: ElementwiseName };
  /** The same elements, in row-major order, in another shape. */
  reshape: object;
  /** y[i] = x[j] with j[order[d]] = i[d], like NumPy's transpose. */
  permute: { readonly order: Shape };
  /** Repeats axes of size 1 to the sizes in `shape`; the rank stays the same. */
  expand: object;
  /**
   * Puts zeros around x: `before[d]` of them in front of axis d, and after it as many as `shape`
   * requires.
   */
  pad: { readonly before: Shape };
  /** The part of x that begins at `start` and has the shape of the result. */
  shrink: { readonly start: Shape };
  /** Reverses the order of elements along axes. */
  flip: { readonly axes: Shape };
  /**
   * Sliding windows: y[…, o at axis, …, k] = x[…, o·stride + k·dilation, …]. The new axis k comes
   * last.
   */
  window: {
    readonly axis: number;
    readonly size: number;
    readonly stride: number;
    readonly dilation: number;
  };
  /** Joins the inputs end to end along an axis. */
  concat: { readonly axis: number };
  /** Folds x over axes, which stay with size 1. */
  reduce: { readonly kind: ReduceKind; readonly axes: Shape };
  /**
   * A sum of products. a: [batch…, rows…, inner…], b: [batch…, columns…, inner…] → [batch…, rows…,
   * columns…]. The attributes are the numbers of axes in each group.
   */
  contract: {
    readonly batch: number;
    readonly rows: number;
    readonly columns: number;
    readonly inner: number;
  };
  /**
   * y[i] = x[i with i[axis] replaced by indices[i]]. x and indices have the same rank, and the same
   * sizes on all axes but `axis`.
   */
  gather: { readonly axis: number };
  /**
   * Uniform draws in (0, 1). Input: keys [batch…, 4]; result [batch…, …]. A draw depends on its key
   * and on its index among the draws of that key.
   */
  random: { readonly batch: number };
  /**
   * The GradDrop merge over lanes; see kernels/graddrop.ts. Inputs: g, G and u, then leak and A if
   * the attributes say so. The keep function is `keep`, or linear with the slope `k`.
   */
  signDrop: {
    readonly k?: number;
    readonly keep?: Expr;
    readonly leak: boolean;
    /** True if A is given: a lane with G_i = 0 then passes where A is 0. */
    readonly keepZero: boolean;
    /**
     * Only in plans. True if the second input is not G but a factor s, [1, …], with G_i = s g_i.
     * Only the sign of s counts.
     */
    readonly factor?: boolean;
  };
  /**
   * Forward: broadcasts h to [lanes, …]. Backward: the cotangent of h is `rule(g, h)`, not the sum
   * over lanes.
   */
  fanOut: { readonly rule: (g: Node, h: Node) => Node };
  /**
   * An argument of a transformation. It equals its input x but is a separate node, so that uses of
   * x by closures are not confused with uses of the argument.
   */
  argument: object;
  /** Equals its input; a constant to differentiation. */
  stopGradient: object;
  /** Equals inputs[0], which is computed again, and not before inputs[1] has its value. */
  barrier: object;
  /**
   * Equals inputs[0]. `vjp(g, y, inputs 1…)` gives one cotangent for each of inputs 1…, and
   * `jvp(tangents, y, inputs 1…)` the tangent of y from those of all inputs. Without `jvp` forward
   * mode throws.
   */
  custom: {
    readonly vjp: (g: Node, y: Node, inputs: readonly Node[]) => readonly (Node | null)[];
    readonly jvp?: (t: readonly (Node | null)[], y: Node, inputs: readonly Node[]) => Node | null;
    readonly name: string;
  };
  /** Calls a function of typed arrays on the host; a constant to differentiation. */
  hostCall: { readonly call: HostFunction; readonly name: string };
}

export type HostArray = Float32Array | Float64Array;
export type HostFunction = (
  inputs: readonly HostArray[],
  shapes: readonly Shape[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

export type Op = keyof OpAttrs;

/** The elements that a device holds for a node. They may not be read after `dispose`. */
export interface Value {
  readonly device: string;
  readonly disposed: boolean;
  dispose(): void;
}

/**
 * One value to be computed: an operation, its inputs and its shape. Three fields of a node change:
 * `value` is set when a device has computed it, `handles` is a count, and `inputs` becomes empty
 * when `realize` cuts the node off from its history. Later nodes have higher ids, so ascending ids
 * are a topological order.
 */
export interface NodeOf<O extends Op> {
  readonly id: number;
  readonly op: O;
  readonly inputs: readonly Node[];
  readonly shape: Shape;
  readonly attrs: OpAttrs[O];
  /** The operation, attributes and shape as text. Equal keys and inputs mean equal values. */
  readonly key: string;
  value: Value | undefined;
  /** The number of tensors that hold the node. Its value stays until the last of them is freed. */
  handles: number;
  /** For a realised node, the ids of the leaves that it was computed from. */
  ancestors: ReadonlySet<number> | undefined;
}

/** A node of one of the operations; `op` tells which. */
export type Node<O extends Op = Op> = { readonly [K in O]: NodeOf<K> }[O];

/** Returns the number of elements of an array with the given shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

let nextId = 0;

const functionIds = new WeakMap<object, number>();
let nextFunction = 0;

/** Returns attributes as text. Functions and other objects are identified by a number each. */
function attrsKey(attrs: object): string {
  let text = '';
  for (const value of Object.values(attrs)) {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null && !Array.isArray(value))) {
      text += `;ƒ${memo(functionIds, value, () => nextFunction++)}`;
    } else text += Object.is(value, -0) ? ';-0' : `;${String(value)}`;
  }
  return text;
}

const shapeTexts = new WeakMap<Shape, string>();

/** Returns a shape as text. The text of a frozen shape, as nodes have, is stored. */
function shapeText(shape: Shape): string {
  let text = shapeTexts.get(shape);
  if (text === undefined) {
    text = shape.join();
    if (Object.isFrozen(shape)) shapeTexts.set(shape, text);
  }
  return text;
}

/**
 * The keys of elementwise operations, by name and then by shape. Most nodes are elementwise, and
 * they have few different keys.
 */
const elementwiseKeys = new Map<string, Map<string, string>>();

/** Returns the key of a node; see `NodeOf`. */
function keyOf<O extends Op>(op: O, shape: Shape, attrs: OpAttrs[O]): string {
  const text = shapeText(shape);
  if (op !== 'elementwise') return `${op}${attrsKey(attrs)}|${text}`;
  const { name } = attrs as OpAttrs['elementwise'];
  let keys = elementwiseKeys.get(name);
  if (!keys) elementwiseKeys.set(name, (keys = new Map<string, string>()));
  return keys.get(text) ?? remember(keys, text, `elementwise;${name}|${text}`);
}

/**
 * While a graph is built, a user may still differentiate by any of its nodes. When it is executed,
 * a graph for execution is made from it, once for all graphs with the same structure.
 */
type Stage = 'building' | 'execution';

let making: { readonly table: InternTable; readonly stage: Stage } | undefined;

/** Returns the stage that nodes are being made for. */
export const stage = (): Stage => making?.stage ?? 'building';

/**
 * Calls f and returns its result. Until f returns, equal calls of `makeNode` return the same node,
 * except for leaves, arguments, barriers and draws. `stage` tells builders whether a graph is being
 * built or prepared for execution. An inner call with the stage of the outer one shares its nodes.
 * Outside of `interned` every call of `makeNode` makes a new node, so no table keeps nodes alive.
 */
export function interned<T>(f: () => T, stage: Stage = 'building'): T {
  const before = making;
  if (before?.stage === stage) return f();
  making = { table: new InternTable(), stage };
  try {
    return f();
  } finally {
    making = before;
  }
}

/**
 * Makes a node, or finds an equal one; see `interned`. Leaves, arguments, barriers and draws are
 * always new: even a draw belongs to the place where it was made.
 */
export function makeNode<O extends Op>(op: O, inputs: readonly Node[], shape: Shape, attrs: OpAttrs[O]): Node {
  const key = keyOf(op, shape, attrs);
  const unique = op === 'leaf' || op === 'argument' || op === 'barrier' || op === 'random';
  const known = unique ? undefined : making?.table.find(key, inputs);
  if (typeof known === 'object') return known;
  // A caller may change an array later, but a node's shape must not change.
  const own = Object.isFrozen(shape) ? shape : Object.freeze([...shape]);
  // All fields are set at once: JavaScript reads objects of one hidden class faster.
  const node = {
    id: nextId++,
    op,
    inputs,
    shape: own,
    attrs,
    key,
    value: undefined,
    handles: 0,
    ancestors: undefined,
  } as NodeOf<O> as Node;
  if (known !== undefined) making!.table.add(node, known);
  return node;
}

/** Counts one tensor less that holds a node. If none is left, disposes of the value. */
export function release(node: Node): void {
  const { value } = node;
  if (--node.handles > 0 || !value) return;
  // A node that still has inputs can be computed again for others that need it.
  if (node.inputs.length > 0) node.value = undefined;
  value.dispose();
}

/**
 * Awaits f. Until f is done, the nodes that tensors hold keep their values: if the user disposes of
 * a tensor meanwhile, its value is freed when f is done.
 */
export async function holding<T>(nodes: readonly Node[], f: () => T | Promise<T>): Promise<T> {
  const held = nodes.filter((n) => n.handles > 0);
  for (const n of held) n.handles++;
  try {
    return await f();
  } finally {
    held.forEach(release);
  }
}

/**
 * Turns a computed node into a leaf: keeps its value, removes its inputs, and stores the ids of the
 * leaves below it as `ancestors`.
 */
export function sever(node: Node): void {
  if (node.inputs.length === 0) return;
  const below = [...nodesBelow([node], () => false)];
  const leaves = below.filter((n) => n.inputs.length === 0 && n.op !== 'constant' && n.op !== 'iota');
  node.ancestors = new Set(leaves.map((n) => n.id));
  (node as { inputs: readonly Node[] }).inputs = [];
}
