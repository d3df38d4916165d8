import { interned, makeNode, stage, type Node, type NodeOf, type Op, type OpAttrs, type Shape } from './node.ts';
import { observer } from './observe.ts';
import { sameShape } from './shape.ts';
import { rewrite } from './walk.ts';

/**
 * Tells whether a constant is written into kernels. Rules may look at the value of such a constant.
 * Any other number is an argument of the plan, so that a learning rate can change without a new
 * compilation.
 */
export const isBaked = (v: number): boolean =>
  v === 0 || v === 1 || v === -1 || v === 2 || v === 0.5 || !Number.isFinite(v);

/** Operations that do not compute but only read their input at other places. */
export const views: ReadonlySet<Op> = new Set(['reshape', 'permute', 'expand', 'shrink', 'flip', 'window']);

/** Operations that equal their first input and matter only to differentiation. */
export const aliases: ReadonlySet<Op> = new Set(['argument', 'stopGradient', 'custom']);

/**
 * Returns the number that all elements of a node equal, if the node is a constant or a view of one.
 */
export function constantValue(node: Node): number | undefined {
  while (node.op !== 'constant' && views.has(node.op) && node.inputs.length > 0) node = node.inputs[0]!;
  return node.op === 'constant' ? node.attrs.value : undefined;
}

const bakedValue = (node: Node): number | undefined => {
  const v = constantValue(node);
  return v !== undefined && isBaked(v) ? v : undefined;
};

type Inputs = readonly Node[];
type Rule<O extends Op> = (inputs: Inputs, shape: Shape, attrs: OpAttrs[O]) => Node | undefined;

const apply = (name: OpAttrs['elementwise']['name'], inputs: Inputs, shape: Shape): Node =>
  make('elementwise', inputs, shape, { name });

/**
 * Identities of arithmetic that hold for every number, including NaN and ±∞, up to the sign of a
 * zero. x · 0 = 0 is not one of them.
 */
const arithmetic: Partial<Record<OpAttrs['elementwise']['name'], (a: Node, b: Node, c: Node) => Node | undefined>> = {
  add: (a, b) => (bakedValue(b) === 0 ? a : bakedValue(a) === 0 ? b : undefined),
  sub: (a, b) => (bakedValue(b) === 0 ? a : undefined),
  mul: (a, b) => {
    if (bakedValue(b) === 1) return a;
    if (bakedValue(a) === 1) return b;
    if (bakedValue(b) === -1) return apply('neg', [a], a.shape);
    return bakedValue(a) === -1 ? apply('neg', [b], b.shape) : undefined;
  },
  div: (a, b) => (bakedValue(b) === 1 ? a : undefined),
  pow: (a, b) => (bakedValue(b) === 1 ? a : bakedValue(b) === 2 ? apply('square', [a], a.shape) : undefined),
  where: (c, a, b) => {
    const known = bakedValue(c);
    return a === b ? a : known === undefined ? undefined : known === 0 ? b : a;
  },
};

/**
 * Rules that remove operations without effect while a graph is built. Each returns an input, or a
 * simpler operation on the same inputs.
 */
const rules: { [O in Op]?: Rule<O> } = {
  elementwise: ([a, b, c], _, { name }) => arithmetic[name]?.(a!, b!, c!),
  reshape: ([x], shape) => (sameShape(x!.shape, shape) ? x : undefined),
  permute: ([x], _, { order }) => (order.every((a, i) => a === i) ? x : undefined),
  expand: ([x], shape) => (sameShape(x!.shape, shape) ? x : undefined),
  pad: ([x], shape) => (sameShape(x!.shape, shape) ? x : undefined),
  shrink: ([x], shape) => (sameShape(x!.shape, shape) ? x : undefined),
  flip: ([x], _, { axes }) => (axes.every((a) => x!.shape[a] === 1) ? x : undefined),
  concat: (inputs) => (inputs.length === 1 ? inputs[0] : undefined),
  reduce: ([x], _, { axes }) => (axes.every((a) => x!.shape[a] === 1) ? x : undefined),
  stopGradient: ([x]) => (x!.op === 'stopGradient' || x!.op === 'constant' ? x : undefined),
};

/**
 * Returns x if it is an operation of that kind and has no value yet; a value is not computed again
 * for the sake of its inputs.
 */
const pending = <O extends Op>(x: Node | undefined, op: O): NodeOf<O> | undefined =>
  x?.op === op && x.value === undefined ? (x as NodeOf<O>) : undefined;

/** Returns the inputs of an elementwise node with the given name and without a value. */
const operands = (node: Node, name: OpAttrs['elementwise']['name']): Inputs | undefined =>
  node.op === 'elementwise' && node.attrs.name === name && node.value === undefined ? node.inputs : undefined;

/** Returns b if the node is 1/b. */
function divisor(node: Node): Node | undefined {
  const parts = operands(node, 'div');
  return parts && bakedValue(parts[0]!) === 1 ? parts[1] : operands(node, 'reciprocal')?.[0];
}

/**
 * Rules that merge two operations. A rule may skip a node by which a user wants to differentiate,
 * so these rules apply only when a graph is executed.
 */
const mergers: { [O in Op]?: Rule<O> } = {
  elementwise: ([a, b], shape, { name }) => {
    if (name === 'neg') return operands(a!, 'neg')?.[0];
    if (name !== 'mul') return undefined;
    // a/b may be finite where 1/b overflows or underflows.
    const [x, by] = divisor(b!) ? [a!, divisor(b!)] : [b!, divisor(a!)];
    return by && apply('div', [x, by], shape);
  },
  reshape: ([x], shape) => {
    const y = pending(x, 'reshape');
    return y && make('reshape', y.inputs, shape, {});
  },
  permute: ([x], shape, { order }) => {
    const y = pending(x, 'permute');
    return y && make('permute', y.inputs, shape, { order: order.map((a) => y.attrs.order[a]!) });
  },
  expand: ([x], shape) => {
    const y = pending(x, 'expand');
    return y && make('expand', y.inputs, shape, {});
  },
  shrink: ([x], shape, { start }) => {
    const y = pending(x, 'pad');
    return y && sameShape(y.inputs[0]!.shape, shape) && sameShape(y.attrs.before, start) ? y.inputs[0] : undefined;
  },
};

/**
 * Makes a node, or finds a simpler one with the same value. For execution it also merges two
 * operations into one where a rule allows it.
 */
export function make<O extends Op>(op: O, inputs: Inputs, shape: Shape, attrs: OpAttrs[O]): Node {
  const merger = stage() === 'execution' ? (mergers[op] as Rule<O> | undefined) : undefined;
  const rule = rules[op] as Rule<O> | undefined;
  const y = merger?.(inputs, shape, attrs) ?? rule?.(inputs, shape, attrs) ?? makeNode(op, inputs, shape, attrs);
  observer?.made(y, op, inputs, attrs);
  return y;
}

/**
 * Returns the graph that is executed for `outputs`: aliases are removed, fan-outs are broadcasts,
 * and the rules are applied everywhere. The time is linear in the number of nodes.
 */
export function simplify(outputs: readonly Node[], isLeaf: (node: Node) => boolean): Node[] {
  const one = (node: Node, inputs: readonly Node[]): Node => {
    // These nodes are never merged with equal ones, so they are kept unless an input changed.
    const unique = node.op === 'barrier' || node.op === 'random' || node.op === 'leaf';
    if (unique && inputs.every((x, i) => x === node.inputs[i])) return node;
    if (aliases.has(node.op)) return inputs[0]!;
    if (node.op !== 'fanOut') return make(node.op, inputs, node.shape, node.attrs);
    const [h] = inputs as [Node];
    return make('expand', [make('reshape', [h], [1, ...h.shape], {})], node.shape, {});
  };
  const done = interned(() => rewrite(outputs, one, isLeaf), 'execution');
  return outputs.map((n) => done.get(n)!);
}
