import type { ElementwiseName } from '../../kernels/elementwise.ts';
import type { ReduceKind } from '../../kernels/reduce.ts';
import type { Expr } from './scalar.ts';
import { InternTable } from './internTable.ts';
import { remember } from './remember.ts';

export type Shape = readonly number[];

/**
 * The structural operations and what each is told beside its inputs and its shape. `node.shape` is
 * always the shape of the result, so an operation whose result shape says everything (reshape,
 * expand, iota) has no attributes.
 */
export interface OpAttrs {
  /** A value from outside: data, or an argument of a compiled function. */
  leaf: { readonly label?: string };
  /** The same number everywhere; `fixed` if a plan has it whatever the numbers of the graph are. */
  constant: { readonly value: number; readonly fixed?: true };
  /** 0, 1, …, n − 1; shape [n]. */
  iota: object;
  /** One entry of the elementwise table; inputs and result have one shape. */
  elementwise: { readonly name: ElementwiseName };
  /** Same elements in row-major order under another shape. */
  reshape: object;
  /** y[i] = x[j] with j[order[d]] = i[d], as NumPy's transpose. */
  permute: { readonly order: Shape };
  /** Axes of size 1 repeated to the size in `shape`; rank is kept. */
  expand: object;
  /** Zeros around x, `before[d]` in front of axis d and as many after it as `shape` asks. */
  pad: { readonly before: Shape };
  /** x from `start[d]` on, as far as `shape` says. */
  shrink: { readonly start: Shape };
  /** Axes read backwards. */
  flip: { readonly axes: Shape };
  /**
   * Sliding windows: y[…, o at axis, …, k] = x[…, o·stride + k·dilation, …]; the new axis k comes
   * last.
   */
  window: {
    readonly axis: number;
    readonly size: number;
    readonly stride: number;
    readonly dilation: number;
  };
  /** Inputs laid end to end along an axis. */
  concat: { readonly axis: number };
  /** A fold over axes, which stay with size 1. */
  reduce: { readonly kind: ReduceKind; readonly axes: Shape };
  /**
   * Sum of products. a: [batch…, rows…, inner…], b: [batch…, columns…, inner…] → [batch…, rows…,
   * columns…]; the attributes count the axes in each group.
   */
  contract: {
    readonly batch: number;
    readonly rows: number;
    readonly columns: number;
    readonly inner: number;
  };
  /**
   * y[i] = x[i with i[axis] replaced by indices[i]]; x and indices have one rank, and equal sizes
   * off the axis.
   */
  gather: { readonly axis: number };
  /**
   * Uniform draws in (0, 1). Input: a key [batch…, 4]; result [batch…, …]: the index within one
   * key's draws counts.
   */
  random: { readonly batch: number };
  /**
   * The GradDrop merge over lanes; see kernels/graddrop.ts. Inputs: g, G, u, then leak and A, where
   * the attributes say so. A keep function is `keep`, or linear with the slope `k`.
   */
  signDrop: {
    readonly k?: number;
    readonly keep?: Expr;
    readonly leak: boolean;
    /** True if A is given: a lane with G_i = 0 then passes where A is 0. */
    readonly keepZero: boolean;
    /**
     * In plans: the second input is no G but a factor s, [1, …], with G_i = s g_i; only its sign
     * counts.
     */
    readonly factor?: boolean;
  };
  /** Forward a broadcast to [lanes, …]; backward `rule(g, h)` in place of the sum. */
  fanOut: { readonly rule: (g: Node, h: Node) => Node };
  /**
   * The argument of a transformation: x itself, but a node of its own, so that a closure over x
   * stays apart.
   */
  argument: object;
  /** x itself; a constant to differentiation. */
  stopGradient: object;
  /** inputs[0] itself, computed again and not before inputs[1] is there. */
  barrier: object;
  /**
   * inputs[0] itself; its derivative is `rule(g, y, inputs 1…)`, one cotangent for each of inputs
   * 1….
   */
  custom: {
    readonly rule: (g: Node, y: Node, inputs: readonly Node[]) => readonly (Node | null)[];
    /** True if forward mode may pass through inputs[0]. */
    readonly forward: boolean;
    readonly name: string;
  };
  /** A function of typed arrays on the host; a constant to differentiation. */
  hostCall: { readonly call: HostFunction; readonly name: string };
}

export type HostArray = Float32Array | Float64Array;
export type HostFunction = (
  inputs: readonly HostArray[],
  shapes: readonly Shape[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

export type Op = keyof OpAttrs;

/**
 * Numbers that a device holds for a node. `dispose` frees them; a disposed value may not be read.
 */
export interface Value {
  readonly device: string;
  readonly disposed: boolean;
  dispose(): void;
}

/**
 * One value to be computed: an operation, its inputs and its shape. Nodes are immutable but for
 * these: `value` appears when a device has computed it, `handles` are counted, and `inputs` empties
 * when `realize` cuts it off from its history. `id` grows with creation, so ids are a topological
 * order.
 */
export interface NodeOf<O extends Op> {
  readonly id: number;
  readonly op: O;
  readonly inputs: readonly Node[];
  readonly shape: Shape;
  readonly attrs: OpAttrs[O];
  /** The operation, attributes and shape as text: nodes of equal keys and inputs are equal. */
  readonly key: string;
  value: Value | undefined;
  /** The number of tensors that hold it: freeing one of two leaves the other its values. */
  handles: number;
  /** Ids of the leaves a realised node was computed from. */
  ancestors: ReadonlySet<number> | undefined;
}

/** A node of one of the operations; a test of `op` tells which. */
export type Node<O extends Op = Op> = { readonly [K in O]: NodeOf<K> }[O];

export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

let nextId = 0;

const functionIds = new WeakMap<object, number>();
let nextFunction = 0;

/** Attributes as text; a function counts by identity. */
function attrsKey(attrs: object): string {
  let text = '';
  for (const value of Object.values(attrs)) {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null && !Array.isArray(value))) {
      let id = functionIds.get(value);
      if (id === undefined) functionIds.set(value, (id = nextFunction++));
      text += `;ƒ${id}`;
    } else text += Object.is(value, -0) ? ';-0' : `;${String(value)}`;
  }
  return text;
}

const shapeTexts = new WeakMap<Shape, string>();

/** A shape as text; of a node's own shape it is known. */
function shapeText(shape: Shape): string {
  let text = shapeTexts.get(shape);
  if (text === undefined) {
    text = shape.join();
    if (Object.isFrozen(shape)) shapeTexts.set(shape, text);
  }
  return text;
}

/**
 * Keys of elementwise operations, by name and then by shape: most nodes are such, and their keys
 * few.
 */
const elementwiseKeys = new Map<string, Map<string, string>>();

function keyOf<O extends Op>(op: O, shape: Shape, attrs: OpAttrs[O]): string {
  const text = shapeText(shape);
  if (op !== 'elementwise') return `${op}${attrsKey(attrs)}|${text}`;
  const { name } = attrs as OpAttrs['elementwise'];
  let keys = elementwiseKeys.get(name);
  if (!keys) elementwiseKeys.set(name, (keys = new Map<string, string>()));
  return keys.get(text) ?? remember(keys, text, `elementwise;${name}|${text}`);
}

/**
 * A graph is built first: then nobody knows yet by which node somebody will differentiate. What is
 * executed is made of it later, for all graphs of the same structure.
 */
type Stage = 'building' | 'execution';

let making: { readonly table: InternTable; readonly stage: Stage } | undefined;

/** The stage that nodes are made for now. */
export const stage = (): Stage => making?.stage ?? 'building';

/**
 * Within f equal calls of `makeNode` give one node: a transformation, or the preparation of a graph
 * for execution. Outside of it every call makes a new node, so no table keeps nodes alive.
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
 * Makes a node, or finds the equal one; see `interned`. Leaves, arguments, barriers and draws are
 * never equal: a draw, too, belongs to the place it was made.
 */
export function makeNode<O extends Op>(op: O, inputs: readonly Node[], shape: Shape, attrs: OpAttrs[O]): Node {
  const key = keyOf(op, shape, attrs);
  const unique = op === 'leaf' || op === 'argument' || op === 'barrier' || op === 'random';
  const known = unique ? undefined : making?.table.find(key, inputs);
  if (typeof known === 'object') return known;
  // A caller's own array may change later; a node may not.
  const own = Object.isFrozen(shape) ? shape : Object.freeze([...shape]);
  // All fields from the beginning: objects of one form are read faster.
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

/** Gives back a tensor's hold of a node; with the last one go the values. */
export function release(node: Node): void {
  const { value } = node;
  if (--node.handles > 0 || !value) return;
  // What still has a history can be computed again for whoever else needs it.
  if (node.inputs.length > 0) node.value = undefined;
  value.dispose();
}

/**
 * Awaits f and keeps, as long, what tensors hold of the nodes: who disposes of one meanwhile frees
 * it when f is done.
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

/** Gives a computed node the life of a leaf: its value stays, its history goes. */
export function sever(node: Node): void {
  if (node.inputs.length === 0) return;
  const ancestors = new Set<number>();
  const seen = new Set<Node>();
  const stack = [node];
  while (stack.length > 0) {
    const n = stack.pop()!;
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.inputs.length === 0 && n !== node && n.op !== 'constant' && n.op !== 'iota') ancestors.add(n.id);
    stack.push(...n.inputs);
  }
  node.ancestors = ancestors;
  (node as { inputs: readonly Node[] }).inputs = [];
}
