import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import { reduce as folds } from '../../kernels/reduce.ts';
import { sizeOf, type Node, type Op, type OpAttrs, type Shape } from '../graph/node.ts';
import type { Expr } from '../graph/scalar.ts';
import { range, sameShape } from '../graph/shape.ts';
import { make } from '../graph/simplify.ts';

type Inputs = readonly Node[];
type Attrs = Readonly<Record<string, unknown>>;

/** Thrown with what must hold for an operation. */
class Wrong extends Error {}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Wrong(what);
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;

/** Returns a list of as many counts as there are axes. */
function counts(attrs: Attrs, name: string, rank: number): number[] {
  const list = attrs[name];
  must(Array.isArray(list) && list.length === rank && list.every(isCount), `${name} must give a count for each axis`);
  return [...(list as number[])];
}

/** Returns one attribute that is a count. */
function count(attrs: Attrs, name: string, least = 0, most = Infinity): number {
  const x = attrs[name];
  must(isCount(x) && x >= least && x <= most, `${name} must be an integer in its range`);
  return x;
}

/** Returns a list of different axes. */
function axesOf(attrs: Attrs, rank: number): number[] {
  const list = attrs.axes;
  must(
    Array.isArray(list) && list.every((a) => isCount(a) && a < rank) && new Set(list).size === list.length,
    'axes must be different axes of the input',
  );
  return [...(list as number[])];
}

const equal = (a: Shape, b: Shape): void => must(sameShape(a, b), 'the shape must follow from the inputs');

/** Returns a keep function, built again from its parts. A part may appear in several places. */
function exprOf(given: unknown, done = new Map<unknown, Expr>(), depth = 0): Expr {
  const known = done.get(given);
  if (known) return known;
  must(typeof given === 'object' && given !== null && depth < 200 && done.size < 1000, 'keep must be an expression');
  const { kind, value, index, name, args } = given as Record<string, unknown>;
  let e: Expr;
  if (kind === 'number' && typeof value === 'number') e = { kind, value };
  else if (kind === 'param' && index === 0) e = { kind, index };
  else {
    must(kind === 'call' && typeof name === 'string' && Array.isArray(args), 'keep must be an expression');
    const entry = name.replace(/^op\./, '');
    must(
      Object.hasOwn(table, entry) && table[entry as ElementwiseName].arity === args.length,
      'keep must call operations',
    );
    e = { kind, name, args: args.map((a) => exprOf(a, done, depth + 1)) };
  }
  done.set(given, e);
  return e;
}

const functions = 'graph data holds no rules of derivatives, so nothing can be differentiated through it';
const lost = (what: string) => (): never => {
  throw new Error(`${what}: ${functions}`);
};

/** The checks of all operations. Each returns the attributes, made of what was checked alone. */
const checks: { readonly [O in Op]: (attrs: Attrs, inputs: Inputs, shape: Shape) => OpAttrs[O] } = {
  leaf: ({ label }) => {
    must(label === undefined || typeof label === 'string', 'the label must be a text');
    return label === undefined ? {} : { label };
  },
  constant: ({ value }, _, shape) => {
    must(typeof value === 'number', 'the value must be a number');
    equal(shape, []);
    return { value };
  },
  iota: (_, __, shape) => {
    must(shape.length === 1, 'the shape must have one axis');
    return {};
  },
  elementwise: ({ name }, inputs, shape) => {
    must(typeof name === 'string' && Object.hasOwn(table, name), 'the name must be one of the table');
    must(table[name as ElementwiseName].arity === inputs.length, 'the number of inputs must be that of the operation');
    inputs.forEach((x) => equal(x.shape, shape));
    return { name: name as ElementwiseName };
  },
  reshape: (_, [x], shape) => {
    must(sizeOf(x!.shape) === sizeOf(shape), 'sizes must agree');
    return {};
  },
  permute: (attrs, [x], shape) => {
    const order = counts(attrs, 'order', x!.shape.length);
    must(
      range(order.length).every((a) => order.includes(a)),
      'order must have each axis once',
    );
    equal(
      order.map((a) => x!.shape[a]!),
      shape,
    );
    return { order };
  },
  expand: (_, [x], shape) => {
    must(
      x!.shape.length === shape.length && x!.shape.every((d, i) => d === 1 || d === shape[i]),
      'only axes of size 1 may grow',
    );
    return {};
  },
  pad: (attrs, [x], shape) => {
    const before = counts(attrs, 'before', x!.shape.length);
    must(shape.length === before.length && before.every((b, i) => b + x!.shape[i]! <= shape[i]!), 'the input must fit');
    return { before };
  },
  shrink: (attrs, [x], shape) => {
    const start = counts(attrs, 'start', x!.shape.length);
    must(shape.length === start.length && start.every((s, i) => s + shape[i]! <= x!.shape[i]!), 'the part must fit');
    return { start };
  },
  flip: (attrs, [x], shape) => {
    equal(x!.shape, shape);
    return { axes: axesOf(attrs, shape.length) };
  },
  window: (attrs, [x], shape) => {
    const axis = count(attrs, 'axis', 0, x!.shape.length - 1);
    const [size, stride, dilation] = [count(attrs, 'size', 1), count(attrs, 'stride', 1), count(attrs, 'dilation', 1)];
    const places = Math.floor((x!.shape[axis]! - (size - 1) * dilation - 1) / stride) + 1;
    equal([...x!.shape.with(axis, Math.max(0, places)), size], shape);
    return { axis, size, stride, dilation };
  },
  concat: (attrs, inputs, shape) => {
    const axis = count(attrs, 'axis', 0, shape.length - 1);
    const total = inputs.reduce((n, x) => n + (x.shape[axis] ?? 0), 0);
    must(total === shape[axis], 'the sizes along the axis must add up');
    inputs.forEach((x) => equal(x.shape, shape.with(axis, x.shape[axis] ?? 0)));
    return { axis };
  },
  reduce: (attrs, [x], shape) => {
    const { kind } = attrs;
    must(typeof kind === 'string' && Object.hasOwn(folds, kind), 'the kind must be a fold');
    const axes = axesOf(attrs, x!.shape.length);
    equal(
      x!.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
      shape,
    );
    return { kind: kind as keyof typeof folds, axes };
  },
  contract: (attrs, [a, b], shape) => {
    const [batch, rows, columns, inner] = (['batch', 'rows', 'columns', 'inner'] as const).map((n) =>
      count(attrs, n),
    ) as [number, number, number, number];
    const [sa, sb] = [a!.shape, b!.shape];
    must(sa.length === batch + rows + inner && sb.length === batch + columns + inner, 'the groups must be the axes');
    equal(sa.slice(0, batch), sb.slice(0, batch));
    equal(sa.slice(batch + rows), sb.slice(batch + columns));
    equal([...sa.slice(0, batch + rows), ...sb.slice(batch, batch + columns)], shape);
    return { batch, rows, columns, inner };
  },
  gather: (attrs, [x, indices], shape) => {
    const axis = count(attrs, 'axis', 0, x!.shape.length - 1);
    equal(indices!.shape, shape);
    equal(x!.shape.with(axis, 0), shape.with(axis, 0));
    return { axis };
  },
  random: (_, [key], shape) => {
    const batch = key!.shape.length - 1;
    must(key!.shape[batch] === 4 && shape.length >= batch, 'a key must have 4 elements');
    equal(key!.shape.slice(0, batch), shape.slice(0, batch));
    return { batch };
  },
  signDrop: ({ k, keep, leak, keepZero }, [g, G, u, ...rest], shape) => {
    must(typeof leak === 'boolean' && typeof keepZero === 'boolean', 'leak and keepZero must be true or false');
    const [lanes, ...place] = G!.shape;
    must(
      lanes !== undefined && lanes > 0 && rest.length === Number(leak) + Number(keepZero),
      'the inputs must be complete',
    );
    equal(g!.shape, [lanes, ...shape]);
    equal(place, u!.shape);
    must(place.length === shape.length && place.every((d, i) => d === 1 || d === shape[i]), 'the purity must fit');
    if (leak) equal(rest[0]!.shape, [lanes]);
    if (keepZero) equal(rest[Number(leak)]!.shape, shape);
    if (keep !== undefined) return { keep: exprOf(keep), leak, keepZero };
    must(typeof k === 'number', 'k must be a number');
    return { k, leak, keepZero };
  },
  fanOut: (_, [h], shape) => {
    equal(h!.shape, shape.slice(1));
    return { rule: lost('fanOut') };
  },
  argument: (_, [x], shape) => (equal(x!.shape, shape), {}),
  stopGradient: (_, [x], shape) => (equal(x!.shape, shape), {}),
  barrier: (_, [x], shape) => (equal(x!.shape, shape), {}),
  custom: ({ name }, [x], shape) => {
    must(typeof name === 'string', 'the name must be a text');
    equal(x!.shape, shape);
    return { name, vjp: lost(name), jvp: lost(name) };
  },
  hostCall: () => {
    throw new Wrong('a function cannot be data; toData replaces a hostCall by its value');
  },
};

/** The numbers of inputs that an operation may have: the least and the most. */
const arity: Readonly<Record<Op, readonly [number, number]>> = {
  leaf: [0, 0],
  constant: [0, 0],
  iota: [0, 0],
  elementwise: [1, 3],
  reshape: [1, 1],
  permute: [1, 1],
  expand: [1, 1],
  pad: [1, 1],
  shrink: [1, 1],
  flip: [1, 1],
  window: [1, 1],
  concat: [1, Infinity],
  reduce: [1, 1],
  contract: [2, 2],
  gather: [2, 2],
  random: [1, 1],
  signDrop: [3, 5],
  fanOut: [1, 1],
  argument: [1, 1],
  stopGradient: [1, 1],
  barrier: [2, 2],
  custom: [1, Infinity],
  hostCall: [0, Infinity],
};

/**
 * Makes a node of an operation, as builders do. Everything is checked first. Throws, with what must
 * hold, if the operation is unknown, or if inputs, shape or attributes do not fit.
 */
export function checkedNode(op: unknown, inputs: Inputs, shape: Shape, attrs: unknown): Node {
  must(typeof op === 'string' && Object.hasOwn(checks, op), 'the operation must be one of the graph');
  must(typeof attrs === 'object' && attrs !== null, 'attrs must be an object');
  const [least, most] = arity[op as Op];
  must(inputs.length >= least && inputs.length <= most, 'the number of inputs must be that of the operation');
  const checked = checks[op as Op](attrs as Attrs, inputs, shape);
  return make(op as Op, inputs, shape, checked);
}
