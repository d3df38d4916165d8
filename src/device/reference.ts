import { elementwise } from '../../kernels/elementwise.ts';
import { huge, scaleDown } from '../../kernels/graddrop.ts';
import { hash, unitInterval, wordsOf } from '../../kernels/random.ts';
import { reduce } from '../../kernels/reduce.ts';
import { is, sizeOf, type HostArray, type Node, type Shape } from '../graph/node.ts';
import { topological } from '../graph/walk.ts';

/**
 * The graph in float64, one operation after the other, in the plainest form there is: the oracle for every backend. It
 * shares the scalar functions with the kernels' table and nothing with their code.
 */

const strides = (shape: Shape): number[] => {
  const out = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) out[i] = out[i + 1]! * shape[i + 1]!;
  return out;
};

/** Calls f with each index of `shape` in row-major order; the index array is reused. */
function each(shape: Shape, f: (index: number[], at: number) => void): void {
  const index = shape.map(() => 0);
  const n = sizeOf(shape);
  for (let at = 0; at < n; at++) {
    f(index, at);
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}

/** Reads x at the place that `where` gives for each index of `shape`; −1 reads as 0. */
function view(x: HostArray, shape: Shape, where: (index: number[]) => number): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  each(shape, (index, at) => {
    const from = where(index);
    out[at] = from < 0 ? 0 : x[from]!;
  });
  return out;
}

const dot = (index: readonly number[], by: readonly number[]): number => index.reduce((n, i, d) => n + i * by[d]!, 0);

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
    return Float64Array.from({ length: sizeOf(y.shape) }, (_, i) => f(a![i]!, b?.[i] as number, c?.[i] as number));
  },
  reshape: (_, [x]) => x!,
  argument: (_, [x]) => x!,
  stopGradient: (_, [x]) => x!,
  barrier: (_, [x]) => x!,
  custom: (_, [x]) => x!,
  permute: (y, [x]) => {
    const from = strides(y.inputs[0]!.shape);
    const by = y.attrs.order.map((a) => from[a]!);
    return view(x!, y.shape, (i) => dot(i, by));
  },
  expand: (y, [x]) => {
    const shape = y.inputs[0]!.shape;
    const by = strides(shape).map((s, d) => (shape[d] === 1 ? 0 : s));
    return view(x!, y.shape, (i) => dot(i, by));
  },
  fanOut: (y, [x]) => view(x!, y.shape, (i) => dot(i.slice(1), strides(y.inputs[0]!.shape))),
  pad: (y, [x]) => {
    const shape = y.inputs[0]!.shape;
    const by = strides(shape);
    const { before } = y.attrs;
    return view(x!, y.shape, (i) =>
      i.every((n, d) => n >= before[d]! && n < before[d]! + shape[d]!)
        ? dot(
            i.map((n, d) => n - before[d]!),
            by,
          )
        : -1,
    );
  },
  shrink: (y, [x]) => {
    const by = strides(y.inputs[0]!.shape);
    const offset = dot(y.attrs.start, by);
    return view(x!, y.shape, (i) => offset + dot(i, by));
  },
  flip: (y, [x]) => {
    const by = strides(y.shape);
    return view(x!, y.shape, (i) =>
      dot(
        i.map((n, d) => (y.attrs.axes.includes(d) ? y.shape[d]! - 1 - n : n)),
        by,
      ),
    );
  },
  window: (y, [x]) => {
    const { axis, stride, dilation } = y.attrs;
    const by = strides(y.inputs[0]!.shape);
    const last = y.shape.length - 1;
    return view(x!, y.shape, (i) =>
      dot(
        i.slice(0, last).map((n, d) => (d === axis ? n * stride + i[last]! * dilation : n)),
        by,
      ),
    );
  },
  concat: (y, inputs) => {
    const out = new Float64Array(sizeOf(y.shape));
    const by = strides(y.shape);
    let from = 0;
    y.inputs.forEach((x, n) => {
      const offset = from * by[y.attrs.axis]!;
      each(x.shape, (i, at) => (out[offset + dot(i, by)] = inputs[n]![at]!));
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
    each(inner, (i) => offsets.push(axes.reduce((n, a, d) => n + i[d]! * by[a]!, 0)));
    return Float64Array.from({ length: sizeOf(y.shape) }, (_, at) => {
      let rest = at;
      let base = 0;
      for (let d = y.shape.length - 1; d >= 0; d--) {
        base += (rest % y.shape[d]!) * by[d]!;
        rest = Math.floor(rest / y.shape[d]!);
      }
      if (kind === 'sum') return accurateSum(offsets.map((o) => x![base + o]!));
      const { identity, combine } = reduce[kind];
      return offsets.reduce((acc, o) => combine(acc, x![base + o]!), identity as number);
    });
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
    let at = 0;
    return view(x!, y.shape, (i) => dot(i, by) + (indices![at++]! - i[axis]!) * by[axis]!);
  },
  random: (y, [keys]) => {
    const count = sizeOf(y.shape.slice(y.attrs.batch));
    return Float64Array.from({ length: sizeOf(y.shape) }, (_, at) =>
      unitInterval(hash(...wordsOf(keys!, Math.floor(at / count) * 4), at % count)),
    );
  },
  signDrop: (y, inputs) => {
    const [g, G, u] = inputs as [HostArray, HostArray, HostArray];
    const leak = y.attrs.leak ? inputs[3]! : undefined;
    const A = y.attrs.keepZero ? inputs[y.attrs.leak ? 4 : 3]! : undefined;
    const lanes = y.inputs[0]!.shape[0]!;
    const place = y.inputs[2]!.shape;
    const by = strides(place).map((s, d) => (place[d] === 1 ? 0 : s));
    const [n, m] = [sizeOf(y.shape), sizeOf(place)];
    const out = new Float64Array(n);
    each(y.shape, (index, at) => {
      const w = dot(index, by);
      const signs = Array.from({ length: lanes }, (_, i) => G[i * m + w]!);
      const scale = accurateSum(signs.map(Math.abs)) > huge ? scaleDown : 1;
      const p = accurateSum(signs.map((s) => Math.max(s, 0) * scale));
      const q = accurateSum(signs.map((s) => Math.max(-s, 0) * scale));
      const positive = y.attrs.keep
        ? keepValue(y.attrs.keep, p + q > 0 ? p / (p + q) : 0.5) > u[w]!
        : y.attrs.k! * (p - q) > (2 * u[w]! - 1) * (p + q);
      out[at] = accurateSum(
        signs.map((s, i) => {
          const kept = s === 0 ? A?.[at] === 0 : s > 0 === positive;
          return g[i * n + at]! * (kept ? 1 : (leak?.[i] ?? 0));
        }),
      );
    });
    return out;
  },
};

/** A keep function's value at a purity. */
function keepValue(keep: { readonly p: object; readonly f: object }, purity: number): number {
  const known = new Map<Node, HostArray>([[keep.p as Node, Float64Array.of(purity)]]);
  evaluateAll([keep.f as Node], known);
  return known.get(keep.f as Node)![0]!;
}

function evaluateAll(outputs: readonly Node[], known: Map<Node, HostArray>): void {
  for (const node of topological(outputs, (n) => known.has(n)))
    if (!known.has(node))
      known.set(
        node,
        evaluateOne(
          node,
          node.inputs.map((i) => known.get(i)!),
        ),
      );
}

/** One operation on values of its inputs. */
export function evaluateOne(node: Node, inputs: readonly HostArray[]): HostArray {
  const f = (evaluate as Partial<Record<Node['op'], unknown>>)[node.op] as Evaluate<Node['op']> | undefined;
  if (!f) throw new Error(`reference: a ${node.op} has no value here`);
  return f(node, inputs);
}

/** The nodes of a run, each with the number of nodes that still need it, so that values are let go early. */
function uses(order: readonly Node[], outputs: readonly Node[], isLeaf: (n: Node) => boolean): Map<Node, number> {
  const count = new Map<Node, number>();
  const use = (n: Node): void => void count.set(n, (count.get(n) ?? 0) + 1);
  for (const node of order) if (!isLeaf(node)) node.inputs.forEach(use);
  outputs.forEach(use);
  return count;
}

/** Runs the graph below `outputs`; `read` gives the values of leaves. `hostCall`s are awaited. */
export async function interpret(
  outputs: readonly Node[],
  read: (leaf: Node) => HostArray | Promise<HostArray>,
): Promise<Map<Node, HostArray>> {
  const isLeaf = (n: Node): boolean => n.value !== undefined || is(n, 'leaf');
  const order = topological(outputs, isLeaf);
  const left = uses(order, outputs, isLeaf);
  const known = new Map<Node, HostArray>();
  for (const node of order) {
    if (isLeaf(node)) known.set(node, await read(node));
    else {
      const inputs = node.inputs.map((i) => known.get(i)!);
      known.set(
        node,
        is(node, 'hostCall')
          ? Float64Array.from(
              await node.attrs.call(
                inputs,
                node.inputs.map((i) => i.shape),
              ),
            )
          : evaluateOne(node, inputs),
      );
      for (const i of node.inputs) {
        left.set(i, left.get(i)! - 1);
        if (left.get(i) === 0) known.delete(i);
      }
    }
  }
  return known;
}

/** As `interpret`, at once; a `hostCall` that is asynchronous is an error. */
export function interpretSync(outputs: readonly Node[], read: (leaf: Node) => HostArray): Map<Node, HostArray> {
  const known = new Map<Node, HostArray>();
  for (const node of topological(outputs, (n) => n.value !== undefined || is(n, 'leaf'))) {
    const inputs = (): HostArray[] => node.inputs.map((i) => known.get(i)!);
    if (node.value !== undefined || is(node, 'leaf')) known.set(node, read(node));
    else if (is(node, 'hostCall')) {
      const value = node.attrs.call(
        inputs(),
        node.inputs.map((i) => i.shape),
      );
      if (value instanceof Promise)
        throw new Error(`dataSync: ${node.attrs.name} runs on the host asynchronously; use await t.data()`);
      known.set(node, Float64Array.from(value));
    } else known.set(node, evaluateOne(node, inputs()));
  }
  return known;
}
