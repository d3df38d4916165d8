import { elementwise } from '../../../kernels/elementwise.ts';
import { keepsPositive, laneWeight, sidesOf, type Apply } from '../../../kernels/graddrop.ts';
import { hash, unitInterval, wordsOf } from '../../../kernels/random.ts';
import { reduce } from '../../../kernels/reduce.ts';
import { is, sizeOf, type HostArray, type Node } from '../../graph/node.ts';
import { evaluate as evaluateExpr } from '../../graph/scalar.ts';
import { range } from '../../graph/shape.ts';
import { topological } from '../../graph/walk.ts';
import { drive } from '../executor.ts';
import { checkSize } from '../limits.ts';
import { scatter, scatterOf } from './scatter.ts';
import { repeated, strides, view, walk } from './strides.ts';

/**
 * The graph in float64, one operation after the other, in the plainest form there is: the oracle
 * for every backend. It shares the scalar functions with the kernels' table and nothing with their
 * code.
 */

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((n, i, d) => n + i * b[d]!, 0);

/** Kahan's sum: the oracle's own rounding must not show. */
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

type Evaluate<O extends Node['op']> = (y: Node<O>, inputs: readonly HostArray[]) => HostArray;

const evaluate: { readonly [O in Exclude<Node['op'], 'leaf' | 'hostCall'>]: Evaluate<O> } = {
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
  permute: (y, [x]) => {
    const by = strides(y.inputs[0]!.shape);
    return view(
      x!,
      y.shape,
      y.attrs.order.map((a) => by[a]!),
    );
  },
  expand: (y, [x]) => view(x!, y.shape, repeated(y.inputs[0]!.shape)),
  fanOut: (y, [x]) => view(x!, y.shape, [0, ...strides(y.inputs[0]!.shape)]),
  pad: (y, [x]) => {
    const out = new Float64Array(sizeOf(y.shape));
    const by = strides(y.shape);
    walk(y.inputs[0]!.shape, by, dot(y.attrs.before, by), (to, at) => (out[to] = x![at]!));
    return out;
  },
  shrink: (y, [x]) => {
    const by = strides(y.inputs[0]!.shape);
    return view(x!, y.shape, by, dot(y.attrs.start, by));
  },
  flip: (y, [x]) => {
    const back = strides(y.shape).map((s, d) => (y.attrs.axes.includes(d) ? -s : s));
    const last = y.shape.map((n, d) => (y.attrs.axes.includes(d) ? 1 - n : 0));
    return view(x!, y.shape, back, dot(last, back));
  },
  window: (y, [x]) => {
    const { axis, stride, dilation } = y.attrs;
    const by = strides(y.inputs[0]!.shape);
    return view(x!, y.shape, [...by.map((s, d) => (d === axis ? s * stride : s)), by[axis]! * dilation]);
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
    const inner = axes.map((a) => shape[a]!);
    const offsets: number[] = [];
    walk(
      inner,
      axes.map((a) => by[a]!),
      0,
      (o) => offsets.push(o),
    );
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
    const others = by.map((n, d) => (d === axis ? 0 : n));
    const out = new Float64Array(sizeOf(y.shape));
    walk(y.shape, others, 0, (from, at) => (out[at] = x![from + indices![at]! * by[axis]!]!));
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
      const weights = signs.map((s, i) => laneWeight(apply, s, positive, leak ? inputs[3]![i]! : 0, A));
      // With a lane that is not finite there is no purity.
      out[at] = Number.isFinite(p - q) ? accurateSum(lanes.map((i) => g[i * n + at]! * weights[i]!)) : NaN;
    });
    return out;
  },
};

const apply: Apply<number> = (f, ...xs) => Number(f(...xs));

/** One operation on values of its inputs. */
export function evaluateOne(node: Node, inputs: readonly HostArray[]): HostArray {
  const f = (evaluate as Partial<Record<Node['op'], unknown>>)[node.op] as Evaluate<Node['op']> | undefined;
  if (!f) throw new Error(`reference: a ${node.op} has no value here`);
  return f(node, inputs);
}

/** What a run must know before a node. */
const needs = (node: Node): readonly Node[] => scatterOf(node)?.needs ?? node.inputs;

/** A node of a run, from the values of what it needs. */
function evaluateIn(node: Node, values: readonly HostArray[]): HostArray {
  const sum = scatterOf(node);
  return sum ? scatter(node, sum, values) : evaluateOne(node, values);
}

/**
 * The nodes of a run, each with the number of nodes that still need it, so that values are let go
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
  const isLeaf = (n: Node): boolean => n.value !== undefined || is(n, 'leaf');
  const order = topological(outputs, isLeaf, needs);
  const left = uses(order, outputs, isLeaf);
  const known = new Map<Node, HostArray>();
  for (const node of order) {
    const needed = isLeaf(node) ? [] : needs(node);
    const inputs = needed.map((i) => known.get(i)!);
    checkSize(is(node, 'elementwise') ? node.attrs.name : node.op, node.shape, 'reference');
    if (isLeaf(node)) known.set(node, yield read(node));
    else if (is(node, 'hostCall')) {
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
 * Runs the graph below `outputs`; `read` gives the values of leaves. At once, unless these or a
 * `hostCall` are to be waited for.
 */
export const interpret = (
  outputs: readonly Node[],
  read: (leaf: Node) => HostArray | Promise<HostArray>,
): Map<Node, HostArray> | Promise<Map<Node, HostArray>> => drive(running(outputs, read));
