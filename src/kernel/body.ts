import { reduce, type ReduceKind } from '../../kernels/reduce.ts';
import { memo } from '../graph/memo.ts';
import { sizeOf, type Node, type NodeOf, type Op, type Shape } from '../graph/node.ts';
import { observer } from '../graph/observe.ts';
import { expressionOf, kernelExpr } from '../graph/scalar.ts';
import { range } from '../graph/shape.ts';
import { isBaked } from '../graph/simplify.ts';
import { bounds, counter, keyOf, literal, ravel, scale, sum, unravel, type Affine } from './affine.ts';
import { call, codesIn, num, plainStyle, type Code, type Fold, type Kernel, type Nest, type Style } from './code.ts';
import { checkCounted } from './largestIndex.ts';
import { instantiate } from './scalarCode.ts';
import { signDropCode, type Around } from './gradDrop.ts';

/**
 * Makes the functions that translate nodes to code. `value` returns the code of one element of a
 * node; nodes without a buffer are computed on the way, and so is `root`. `kernel` makes a kernel
 * of results and collects the operands that they read.
 */
export function translator(
  root: Node,
  isBuffer: (node: Node) => boolean,
  { bits, unroll, joined }: Style = plainStyle,
): { value: (node: Node, at: readonly Affine[]) => Code; kernel: (results: readonly Code[]) => Kernel } {
  const known = new Map<Node, Map<string, Code>>();
  const places = new Map<string, Code>();
  const arrays: Node[] = [];
  const scalars: Node<'constant'>[] = [];
  let names = 0;

  const placeKey = (at: readonly Affine[]): string => at.map(keyOf).join();

  function value(node: Node, at: readonly Affine[]): Code {
    const ofNode = memo(known, node, () => new Map<string, Code>());
    return memo(ofNode, placeKey(at), (): Code => {
      if (node !== root && isBuffer(node))
        return { kind: 'read', array: placeIn(arrays, node), index: ravel(at, node.shape) };
      const code = (compute[node.op as Computed] as Compute)(node, at);
      observer?.coded?.(node, code);
      return code;
    });
  }

  /** Returns a counter from 0 to n − 1 whose value is that of a code, limited to that range. */
  function place(code: Code, n: number): Affine {
    if (n === 1) return literal(0);
    const name = `p${names++}`;
    places.set(name, call('min', call('max', code, num(0)), num(n - 1)));
    return counter(name, n);
  }

  /**
   * Returns the index e limited to 0 … n − 1, and the test whether e is in that range; undefined if
   * it always is.
   */
  function inside(e: Affine, n: number): { at: Affine; test: Code | undefined } {
    const [low, high] = bounds(e);
    if (low >= 0 && high < n) return { at: e, test: undefined };
    const index: Code = { kind: 'index', of: e };
    const above = low < 0 ? call('greaterEqual', index, num(0)) : undefined;
    const beneath = high >= n ? call('less', index, num(n)) : undefined;
    return { at: place(index, n), test: above && beneath ? call('and', above, beneath) : (above ?? beneath) };
  }

  /** Makes loops over axes of the given sizes. `fold` makes the folded values from the counters. */
  function loop(sizes: Shape, fold: (counters: Affine[]) => Fold[]): Code[] {
    const all = sizes.map((size) => ({ name: `k${names++}`, size }));
    const folds = fold(all.map(({ name, size }) => counter(name, size)));
    const nest: Nest = { counters: all.filter(({ size }) => size > 1), folds };
    return folds.map((f) => ({ kind: 'fold', nest, fold: f }));
  }

  const unrollOf = (n: number): number => unroll.find((factor) => n >= factor && n % factor === 0) ?? 1;

  /**
   * Makes folds over axes of the given sizes. `values` makes the folded values from the counters.
   * The last axis is unrolled unless the fold is `rare`.
   */
  function folded(by: ReduceKind, sizes: Shape, values: (k: Affine[]) => readonly Code[], rare = false): Code[] {
    const last = sizes.findLastIndex((n) => n > 1);
    const first = values(sizes.map(() => literal(0)));
    const long = first.some((code) => callsIn(code) > mostCallsAtOnce);
    const factor = rare || long ? 1 : unrollOf(sizes[last] ?? 1);
    const shorter = sizes.map((size, i) => (i === last ? size / factor : size));
    const unrolled = (k: readonly Affine[]): (readonly Code[])[] =>
      range(factor).map((j) => values(k.map((e, i) => (i === last ? sum(scale(e, factor), literal(j)) : e))));
    const asOne = (all: readonly (readonly Code[])[]): Code[] => {
      const perFold = first.map((_, f) => all.map((codes) => codes[f]!));
      return perFold.map((codes) => combined(by, codes));
    };
    const fold = (value: Code): Fold => ({ by, value });
    if (joined) return loop(shorter, (k) => asOne(unrolled(k)).map(fold));
    const codes = loop(shorter, (k) => unrolled(k).flat().map(fold));
    return asOne(range(factor).map((j) => codes.slice(j * first.length, (j + 1) * first.length)));
  }

  /**
   * Returns the translation of an operation that reads one element of its input at other
   * coordinates.
   */
  const view =
    <O extends Op>(map: (at: readonly Affine[], node: NodeOf<O>) => readonly Affine[]) =>
    (node: NodeOf<O>, at: readonly Affine[]): Code =>
      value(node.inputs[0]!, map(at, node));

  /** Computes one element of a node, by operation. */
  const compute: { readonly [O in Computed]: (node: NodeOf<O>, at: readonly Affine[]) => Code } = {
    constant: (node) =>
      isBaked(node.attrs.value) || node.attrs.fixed
        ? num(node.attrs.value)
        : { kind: 'scalar', at: placeIn(scalars, node) },
    iota: (node, [i]) => (checkCounted('iota', node.shape[0]!), { kind: 'index', of: i! }),
    elementwise: ({ attrs, inputs }, at) => {
      const args = inputs.map((x) => value(x, at));
      return instantiate(kernelExpr(attrs.name), args, bits);
    },
    barrier: view((at) => at),
    reshape: view((at, node) => unravel(ravel(at, node.shape), node.inputs[0]!.shape)),
    permute: view((at, { attrs: { order } }) => order.map((_, i) => at[order.indexOf(i)]!)),
    expand: view((at, node) => at.map((e, d) => (node.inputs[0]!.shape[d] === 1 ? literal(0) : e))),
    shrink: view((at, { attrs: { start } }) => at.map((e, d) => sum(e, literal(start[d]!)))),
    flip: view((at, { attrs: { axes }, shape }) =>
      at.map((e, d) => (axes.includes(d) ? sum(literal(shape[d]! - 1), scale(e, -1)) : e)),
    ),
    window: view((at, { attrs: { axis, stride, dilation } }) => {
      const k = at.at(-1)!;
      return at.slice(0, -1).map((e, d) => (d === axis ? sum(scale(e, stride), scale(k, dilation)) : e));
    }),
    pad: (node, at) => {
      const { shape } = node.inputs[0]!;
      const parts = at.map((e, d) => inside(sum(e, literal(-node.attrs.before[d]!)), shape[d]!));
      const places = parts.map((p) => p.at);
      const found = value(node.inputs[0]!, places);
      const tests = parts.flatMap((p) => p.test ?? []);
      if (tests.length === 0) return found;
      const test = tests.reduce((a, b) => call('and', a, b));
      return call('where', test, found, num(0));
    },
    concat: (node, at) => {
      const { axis } = node.attrs;
      const e = at[axis]!;
      const [low, high] = bounds(e);
      let end = node.shape[axis]!;
      let code: Code | undefined;
      for (let i = node.inputs.length - 1; i >= 0; i--) {
        const input = node.inputs[i]!;
        const n = input.shape[axis]!;
        const start = end - n;
        if (high >= start && low < end) {
          const local = inside(sum(e, literal(-start)), n).at;
          const found = value(input, at.with(axis, local));
          code = code ? call('where', call('less', { kind: 'index', of: e }, num(end)), found, code) : found;
        }
        end = start;
      }
      return code!;
    },
    gather: (node, at) => {
      const [x, indices] = node.inputs as [Node, Node];
      const { axis } = node.attrs;
      checkCounted('gather', x.shape[axis]!);
      // A computed index may be slightly below its integer, so ¼ is added before `floor`. ½ would
      // be too much: above 2²³ float32 would round the sum to the next even integer. It rounds the
      // sum with ¼ back.
      const index = call('floor', call('add', value(indices, at), num(0.25)));
      const where = place(index, x.shape[axis]!);
      return value(x, at.with(axis, where));
    },
    reduce: (node, at) => {
      const [x] = node.inputs as [Node];
      const { axes, kind } = node.attrs;
      const sizes = axes.map((a) => x.shape[a]!);
      const index = (k: Affine[]): Affine[] => at.map((e, d) => (axes.includes(d) ? k[axes.indexOf(d)]! : e));
      return folded(kind, sizes, (k) => [value(x, index(k))])[0]!;
    },
    contract: (node, at) => {
      const [a, b] = node.inputs as [Node, Node];
      const { batch, rows } = node.attrs;
      const shared = at.slice(0, batch);
      const product = (k: Affine[]): Code => {
        const left = value(a, [...shared, ...at.slice(batch, batch + rows), ...k]);
        return call('mul', left, value(b, [...shared, ...at.slice(batch + rows), ...k]));
      };
      return folded('sum', a.shape.slice(batch + rows), (k) => [product(k)])[0]!;
    },
    signDrop: (node, at) => {
      const sums: Around['sums'] = (n, terms, rare) => folded('sum', [n], ([i]) => terms(i!), rare);
      return signDropCode(node, at, { value, sums, bits });
    },
  };

  const kernel = (results: readonly Code[]): Kernel => {
    const sizes = arrays.map((array) => sizeOf(array.shape));
    return { code: { results, places, sizes, scalars: scalars.length }, arrays, scalars };
  };

  return { value, kernel };
}

/**
 * Makes the kernel for `root`. Its code computes the element at index x, or the x-th element of row
 * y if `inner` gives the length of rows.
 */
export function body(
  root: Node,
  isBuffer: (node: Node) => boolean,
  inner = sizeOf(root.shape),
  style = plainStyle,
): Kernel {
  const { value, kernel } = translator(root, isBuffer, style);
  const row = counter('y', sizeOf(root.shape) / inner);
  const flat = sum(scale(row, inner), counter('x', inner));
  return kernel([value(root, unravel(flat, root.shape))]);
}

/** Returns the place of an item in a list. Adds the item if it is not there. */
function placeIn<T>(list: T[], item: T): number {
  const at = list.indexOf(item);
  return at < 0 ? list.push(item) - 1 : at;
}

/**
 * The operations that a kernel computes. The others do not occur in a graph that is executed, or
 * run on the host.
 */
type Computed = Exclude<Op, 'leaf' | 'random' | 'hostCall' | 'argument' | 'stopGradient' | 'custom' | 'fanOut'>;

type Compute = (node: Node, at: readonly Affine[]) => Code;

/** A term with more calls than this is not unrolled. */
const mostCallsAtOnce = 8;

const callsIn = (code: Code): number => [...codesIn(code)].filter(({ kind }) => kind === 'call').length;

/** Combines the partial results of a fold into one, as a balanced tree. */
function combined(by: ReduceKind, codes: readonly Code[]): Code {
  const [a, b] = codes as [Code, Code];
  if (codes.length === 1) return a;
  if (codes.length > 2) return combined(by, [combined(by, codes.slice(0, 2)), combined(by, codes.slice(2))]);
  return instantiate(expressionOf(reduce[by].combine), [a, b], false);
}
