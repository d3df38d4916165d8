import { elementwise } from '../../../kernels/elementwise.ts';
import { keepsPositive, laneWeight, sidesOf, type Apply } from '../../../kernels/graddrop.ts';
import { hash, unitInterval, wordsOf } from '../../../kernels/random.ts';
import { reduce } from '../../../kernels/reduce.ts';
import { sizeOf, type HostArray, type Node, type NodeOf, type Op } from '../../graph/node.ts';
import { evaluate as evaluateExpr } from '../../graph/scalar.ts';
import { range } from '../../graph/shape.ts';
import { topological } from '../../graph/walk.ts';
import { checkSize } from '../limits.ts';
import { drive } from '../soon.ts';
import { scatter, scatterOf } from './scatter.ts';
import { repeated, strides, view, walk } from './strides.ts';

/**
 * Computes a graph in float64, one operation after the other, in the plainest form. It is the
 * oracle for all backends. It shares the scalar functions in kernels/ with other devices, including
 * those of GradDrop's merge, but not the way they are compiled. The merge itself is tested against
 * Algorithm 1 as the paper prints it.
 */

/** Gives the name by which users know an operation. */
const nameOf = (node: Node): string =>
  node.op === 'elementwise' ? node.attrs.name : node.op === 'expand' ? 'broadcastTo' : node.op;

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((n, i, d) => n + i * b[d]!, 0);

/** Sums by Kahan's method, because the oracle's rounding errors must not show. */
function accurateSum(terms: Iterable<number>): number {
  let sum = 0;
  let carry = 0;
  for (const t of terms) {
    const y = t - carry;
    const next = sum + y;
    carry = Number.isFinite(next) ? next - sum - y : 0;
    sum = next;
  }
  return sum;
}

type Evaluate<O extends Op> = (y: NodeOf<O>, inputs: readonly HostArray[]) => HostArray;

/** Evaluates an operation that reads its input with other strides, from an offset on. */
const strided =
  <O extends Op>(f: (by: number[], y: NodeOf<O>) => [by: readonly number[], offset?: number]): Evaluate<O> =>
  (y, [x]) =>
    view(x!, y.shape, ...f(strides(y.inputs[0]!.shape), y));

const evaluate: { readonly [O in Exclude<Op, 'leaf' | 'hostCall'>]: Evaluate<O> } = {
  constant: (y) => Float64Array.of(y.attrs.value),
  iota: (y) => Float64Array.from({ length: y.shape[0]! }, (_, i) => i),
  elementwise: (y, [a, b, c]) => {
    const f = elementwise[y.attrs.name].value as (...args: number[]) => number;
    const out = new Float64Array(sizeOf(y.shape));
    for (let i = 0; i < out.length; i++) out[i] = f(a![i]!, b?.[i] as number, c?.[i] as number);
    return out;
  },
  reshape: (_, [x]) => x!,
  argument: (_, [x]) => x!,
  stopGradient: (_, [x]) => x!,
  barrier: (_, [x]) => x!,
  custom: (_, [x]) => x!,
  permute: strided((by, { attrs: { order } }) => [order.map((a) => by[a]!)]),
  expand: strided((_, y) => [repeated(y.inputs[0]!.shape)]),
  fanOut: strided((by) => [[0, ...by]]),
  shrink: strided((by, { attrs: { start } }) => [by, dot(start, by)]),
  flip: strided((by, { attrs: { axes }, shape }) => {
    const back = by.map((s, d) => (axes.includes(d) ? -s : s));
    const last = shape.map((n, d) => (axes.includes(d) ? 1 - n : 0));
    return [back, dot(last, back)];
  }),
  window: strided((by, { attrs: { axis, stride, dilation } }) => [
    [...by.with(axis, by[axis]! * stride), by[axis]! * dilation],
  ]),
  pad: (y, [x]) => {
    const out = new Float64Array(sizeOf(y.shape));
    const by = strides(y.shape);
    walk(y.inputs[0]!.shape, by, dot(y.attrs.before, by), (to, at) => (out[to] = x![at]!));
    return out;
  },
  concat: (y, inputs) => {
    const out = new Float64Array(sizeOf(y.shape));
    const by = strides(y.shape);
    let from = 0;
    y.inputs.forEach((x, n) => {
      walk(x.shape, by, from * by[y.attrs.axis]!, (to, at) => (out[to] = inputs[n]![at]!));
      from += x.shape[y.attrs.axis]!;
    });
    return out;
  },
  reduce: (y, [x]) => {
    const { axes, kind } = y.attrs;
    const shape = y.inputs[0]!.shape;
    const by = strides(shape);
    const [inner, along] = [axes.map((a) => shape[a]!), axes.map((a) => by[a]!)];
    const offsets: number[] = [];
    walk(inner, along, 0, (o) => offsets.push(o));
    const out = new Float64Array(sizeOf(y.shape));
    walk(y.shape, by, 0, (base, at) => {
      const terms = offsets.map((o) => x![base + o]!);
      const { identity, combine } = reduce[kind];
      out[at] = kind === 'sum' ? accurateSum(terms) : terms.reduce(combine, identity as number);
    });
    return out;
  },
  contract: (y, [a, b]) => {
    const { batch, rows, columns } = y.attrs;
    const [sa, sb] = [y.inputs[0]!.shape, y.inputs[1]!.shape];
    const B = sizeOf(sa.slice(0, batch));
    const M = sizeOf(sa.slice(batch, batch + rows));
    const K = sizeOf(sa.slice(batch + rows));
    const N = sizeOf(sb.slice(batch, batch + columns));
    const out = new Float64Array(B * M * N);
    for (let i = 0; i < B; i++)
      for (let m = 0; m < M; m++)
        for (let n = 0; n < N; n++) {
          let acc = 0;
          for (let k = 0; k < K; k++) acc += a![(i * M + m) * K + k]! * b![(i * N + n) * K + k]!;
          out[(i * M + m) * N + n] = acc;
        }
    return out;
  },
  gather: (y, [x, indices]) => {
    const by = strides(y.inputs[0]!.shape);
    const { axis } = y.attrs;
    const out = new Float64Array(sizeOf(y.shape));
    walk(y.shape, by.with(axis, 0), 0, (from, at) => (out[at] = x![from + indices![at]! * by[axis]!]!));
    return out;
  },
  random: (y, [keys]) => {
    const count = sizeOf(y.shape.slice(y.attrs.batch));
    return Float64Array.from({ length: sizeOf(y.shape) }, (_, at) =>
      unitInterval(hash(...wordsOf(keys!, Math.floor(at / count) * 4), at % count)),
    );
  },
  signDrop: (y, inputs) => {
    const [g, G, u] = inputs as [HostArray, HostArray, HostArray];
    const { leak, keepZero, k, keep } = y.attrs;
    const lanes = range(y.inputs[0]!.shape[0]!);
    const place = y.inputs[2]!.shape;
    const [n, m] = [sizeOf(y.shape), sizeOf(place)];
    const out = new Float64Array(n);
    walk(y.shape, repeated(place), 0, (w, at) => {
      const signs = lanes.map((i) => G[i * m + w]!);
      const scale = accurateSum(signs.map(Math.abs)) > 2 ** 126 ? 2 ** -40 : 1;
      const sides = signs.map((s) => sidesOf(apply, s * scale));
      const [p, q] = [accurateSum(sides.map((s) => s[0])), accurateSum(sides.map((s) => s[1]))];
      const positive = keepsPositive(apply, { k, keep: (P) => evaluateExpr(keep!, [P]) }, u[w]!)(p, q);
      const A = keepZero ? inputs[leak ? 4 : 3]![at]! : undefined;
      const weights = signs.map((s, i) => laneWeight(apply, s, positive ? 1 : -1, leak ? inputs[3]![i]! : 0, A));
      // If a lane is not finite, the purity is undefined.
      out[at] = Number.isFinite(p - q) ? accurateSum(lanes.map((i) => g[i * n + at]! * weights[i]!)) : NaN;
    });
    return out;
  },
};

const apply: Apply<number> = (f, ...xs) => Number(f(...xs));

/**
 * Evaluates one operation, given the values of its inputs. Throws for operations without a value
 * here.
 */
export function evaluateOne(node: Node, inputs: readonly HostArray[]): HostArray {
  const f = (evaluate as Partial<Record<Op, unknown>>)[node.op] as Evaluate<Op> | undefined;
  if (!f) throw new Error(`reference: a ${node.op} has no value here`);
  return f(node, inputs);
}

/** Returns the nodes whose values a node is computed from. */
const needs = (node: Node): readonly Node[] => scatterOf(node)?.needs ?? node.inputs;

/** Computes a node from the values of the nodes it needs. */
function evaluateIn(node: Node, values: readonly HostArray[]): HostArray {
  const sum = scatterOf(node);
  return sum ? scatter(node, sum, values) : evaluateOne(node, values);
}

/**
 * Counts, for each node of a run, how often its value is still needed, so that values are dropped
 * early.
 */
function uses(order: readonly Node[], outputs: readonly Node[], isLeaf: (n: Node) => boolean): Map<Node, number> {
  const count = new Map<Node, number>();
  const use = (n: Node): void => void count.set(n, (count.get(n) ?? 0) + 1);
  for (const node of order) if (!isLeaf(node)) needs(node).forEach(use);
  outputs.forEach(use);
  return count;
}

function* running(
  outputs: readonly Node[],
  read: (leaf: Node) => HostArray | Promise<HostArray>,
): Generator<unknown, Map<Node, HostArray>, HostArray> {
  const isLeaf = (n: Node): boolean => n.value !== undefined || n.op === 'leaf';
  const order = topological(outputs, isLeaf, needs);
  // The last too large is what was called; the broadcast that it reads comes before it.
  for (const node of order.toReversed()) checkSize(nameOf(node), node.shape, 'reference');
  const left = uses(order, outputs, isLeaf);
  const known = new Map<Node, HostArray>();
  for (const node of order) {
    const needed = isLeaf(node) ? [] : needs(node);
    const inputs = needed.map((i) => known.get(i)!);
    if (isLeaf(node)) known.set(node, yield read(node));
    else if (node.op === 'hostCall') {
      const shapes = node.inputs.map((i) => i.shape);
      known.set(node, Float64Array.from(yield node.attrs.call(inputs, shapes)));
    } else known.set(node, evaluateIn(node, inputs));
    for (const i of needed) {
      left.set(i, left.get(i)! - 1);
      if (left.get(i) === 0) known.delete(i);
    }
  }
  return known;
}

/**
 * Evaluates the graph below `outputs`; `read` returns the values of leaves. Returns a promise only
 * if `read` or a `hostCall` does.
 */
export const interpret = (
  outputs: readonly Node[],
  read: (leaf: Node) => HostArray | Promise<HostArray>,
): Map<Node, HostArray> | Promise<Map<Node, HostArray>> => drive(running(outputs, read));
