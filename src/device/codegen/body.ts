import type { ReduceKind } from '../../../kernels/reduce.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { kernelExpr } from '../../graph/scalar.ts';
import { range } from '../../graph/shape.ts';
import { isBaked } from '../../graph/simplify.ts';
import { largestIndex } from '../limits.ts';
import { advanced, bounds, counter, keyOf, literal, ravel, scale, sum, unravel, type Affine } from './affine.ts';
import { call, num, plainStyle, type Code, type Fold, type KernelCode, type Nest, type Style } from './code.ts';
import { instantiate } from './scalarCode.ts';
import { signDropCodes, type Places, type Terms } from './signDropCodes.ts';

/** The element of a node at coordinates, with all that has no buffer on the way; `root` is computed though it has one. */
export function translator(
  root: Node,
  isBuffer: (node: Node) => boolean,
  { bits, turns, joined, blocks }: Style = plainStyle,
): { value: (node: Node, at: readonly Affine[]) => Code; places: ReadonlyMap<string, Code> } {
  const memo = new Map<Node, Map<string, Code>>();
  const places = new Map<string, Code>();
  let names = 0;

  const placeKey = (at: readonly Affine[]): string => at.map(keyOf).join();

  function value(node: Node, at: readonly Affine[]): Code {
    const key = placeKey(at);
    let known = memo.get(node);
    if (!known) memo.set(node, (known = new Map<string, Code>()));
    let code = known.get(key);
    if (!code) {
      code =
        node !== root && isBuffer(node)
          ? { kind: 'read', array: node, index: ravel(at, node.shape) }
          : (compute[node.op as Computed] as Compute)(node, at);
      known.set(key, code);
    }
    return code;
  }

  /** A counter that data decides, from 0 to n − 1. */
  function place(code: Code, n: number): Affine {
    if (n === 1) return literal(0);
    const name = `p${names++}`;
    places.set(name, call('min', call('max', code, num(0)), num(n - 1)));
    return counter(name, n);
  }

  /** e held between 0 and n − 1, and whether it was there. */
  function inside(e: Affine, n: number): { at: Affine; test: Code | undefined } {
    const [low, high] = bounds(e);
    if (low >= 0 && high < n) return { at: e, test: undefined };
    const index: Code = { kind: 'index', of: e };
    const above = low < 0 ? call('greaterEqual', index, num(0)) : undefined;
    const beneath = high >= n ? call('less', index, num(n)) : undefined;
    return { at: place(index, n), test: above && beneath ? call('and', above, beneath) : (above ?? beneath) };
  }

  /** Loops over axes of the sizes given; `fold` makes the values from the counters. */
  function loop(sizes: Shape, fold: (counters: Affine[]) => Fold[], guard?: Code): Code[] {
    const all = sizes.map((size) => ({ name: `k${names++}`, size }));
    const folds = fold(all.map(({ name, size }) => counter(name, size)));
    const nest: Nest = { counters: all.filter(({ size }) => size > 1), folds, ...(guard && { guard }) };
    return folds.map((f) => ({ kind: 'fold', nest, fold: f }));
  }

  /** The same place in each of the blocks, if it is another one there. */
  function placesOf(at: readonly Affine[]): readonly (readonly Affine[])[] {
    const all = range(blocks).map((b) => at.map((e) => advanced(e, 'x', 4 * b)));
    const whole = all.filter((place): place is Affine[] => place.every((e) => e !== undefined));
    return whole.length === blocks && new Set(whole.map(placeKey)).size === blocks ? whole : [at];
  }

  /** What a folding operation gives at a place; the other blocks find theirs known. */
  function together(node: Node, at: readonly Affine[], make: (ats: Places) => readonly Code[]): Code {
    const ats = placesOf(at);
    const codes = make(ats);
    codes.forEach((code, b) => memo.get(node)!.set(placeKey(ats[b]!), code));
    return codes[0]!;
  }

  const turnsOf = (n: number): number => turns.find((t) => n >= t && n % t === 0) ?? 1;

  /** Folds over axes of the sizes given, some turns of the last at once; `values` are what one turn has for each fold. */
  function folded(by: ReduceKind, sizes: Shape, values: (k: Affine[]) => readonly Code[], guard?: Code): Code[] {
    const last = sizes.findLastIndex((n) => n > 1);
    const first = values(sizes.map(() => literal(0)));
    const long = first.some((code) => callsIn(code) > mostCallsAtOnce);
    const most = guard || long ? 1 : turnsOf(sizes[last] ?? 1);
    const shorter = sizes.map((size, i) => (i === last ? size / most : size));
    const turn = (k: readonly Affine[], j: number): Affine[] =>
      k.map((e, i) => (i === last ? sum(scale(e, most), literal(j)) : e));
    const inTurns = (k: readonly Affine[]): (readonly Code[])[] => range(most).map((j) => values(turn(k, j)));
    const asOne = (all: readonly (readonly Code[])[]): Code[] =>
      first.map((_, f) =>
        combined(
          by,
          all.map((codes) => codes[f]!),
        ),
      );
    const fold = (value: Code): Fold => ({ by, value });
    if (joined) return loop(shorter, (k) => asOne(inTurns(k)).map(fold), guard);
    const codes = loop(shorter, (k) => inTurns(k).flat().map(fold), guard);
    return asOne(range(most).map((j) => codes.slice(j * first.length, (j + 1) * first.length)));
  }

  const view =
    (map: (at: readonly Affine[], node: Node) => Affine[]): Compute =>
    (node, at) =>
      value(node.inputs[0]!, map(at, node));

  const compute: { readonly [O in Computed]: (node: Node<O>, at: readonly Affine[]) => Code } = {
    constant: (node) =>
      isBaked(node.attrs.value) || node.attrs.fixed ? num(node.attrs.value) : { kind: 'scalar', node },
    iota: (_, [i]) => ({ kind: 'index', of: i! }),
    elementwise: (node, at) =>
      instantiate(
        kernelExpr(node.attrs.name).body,
        node.inputs.map((x) => value(x, at)),
        bits,
      ),
    barrier: view((at) => [...at]),
    reshape: view((at, node) => unravel(ravel(at, node.shape), node.inputs[0]!.shape)),
    permute: view((at, node) => {
      const { order } = (node as Node<'permute'>).attrs;
      return order.map((_, i) => at[order.indexOf(i)]!);
    }),
    expand: view((at, node) => at.map((e, d) => (node.inputs[0]!.shape[d] === 1 ? literal(0) : e))),
    shrink: view((at, node) => at.map((e, d) => sum(e, literal((node as Node<'shrink'>).attrs.start[d]!)))),
    flip: view((at, node) =>
      at.map((e, d) =>
        (node as Node<'flip'>).attrs.axes.includes(d) ? sum(literal(node.shape[d]! - 1), scale(e, -1)) : e,
      ),
    ),
    window: view((at, node) => {
      const { axis, stride, dilation } = (node as Node<'window'>).attrs;
      const k = at.at(-1)!;
      return at.slice(0, -1).map((e, d) => (d === axis ? sum(scale(e, stride), scale(k, dilation)) : e));
    }),
    pad: (node, at) => {
      const { shape } = node.inputs[0]!;
      const parts = at.map((e, d) => inside(sum(e, literal(-node.attrs.before[d]!)), shape[d]!));
      const found = value(
        node.inputs[0]!,
        parts.map((p) => p.at),
      );
      const tests = parts.flatMap((p) => p.test ?? []);
      return tests.length === 0
        ? found
        : call(
            'where',
            tests.reduce((a, b) => call('and', a, b)),
            found,
            num(0),
          );
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
          const found = value(
            input,
            at.map((a, d) => (d === axis ? local : a)),
          );
          code = code ? call('where', call('less', { kind: 'index', of: e }, num(end)), found, code) : found;
        }
        end = start;
      }
      return code!;
    },
    gather: (node, at) => {
      const [x, indices] = node.inputs as [Node, Node];
      const { axis } = node.attrs;
      if (x.shape[axis]! > largestIndex)
        throw new Error(
          `gather: the axis must have at most ${largestIndex} places, as indices are float32, got ${x.shape[axis]}`,
        );
      const index = call('floor', call('add', value(indices, at), num(0.5)));
      const where = place(index, x.shape[axis]!);
      return value(
        x,
        at.map((e, d) => (d === axis ? where : e)),
      );
    },
    reduce: (node, at) => {
      const [x] = node.inputs as [Node];
      const { axes, kind } = node.attrs;
      const sizes = axes.map((a) => x.shape[a]!);
      const index = (place: readonly Affine[], k: Affine[]): Affine[] =>
        place.map((e, d) => (axes.includes(d) ? k[axes.indexOf(d)]! : e));
      return together(node, at, (ats) => folded(kind, sizes, (k) => ats.map((place) => value(x, index(place, k)))));
    },
    contract: (node, at) => {
      const [a, b] = node.inputs as [Node, Node];
      const { batch, rows } = node.attrs;
      const product = (place: readonly Affine[], k: Affine[]): Code => {
        const shared = place.slice(0, batch);
        const left = value(a, [...shared, ...place.slice(batch, batch + rows), ...k]);
        return call('mul', left, value(b, [...shared, ...place.slice(batch + rows), ...k]));
      };
      const sizes = a.shape.slice(batch + rows);
      return together(node, at, (ats) => folded('sum', sizes, (k) => ats.map((place) => product(place, k))));
    },
    signDrop: (node, at) => together(node, at, (ats) => signDropCodes(node, ats, { value, sums, isBuffer, bits })),
  };

  return { value, places };

  /** For each place the sums of several terms over a counter; where there are guards, only if one of them holds. */
  function sums(n: number, ats: Places, terms: Terms, guards?: readonly Code[]): Code[][] {
    const guard = guards?.reduce((a, b) => call('or', a, b));
    const codes = folded('sum', [n], ([i]) => ats.flatMap((at) => terms(at, i!)), guard);
    const each = codes.length / ats.length;
    return ats.map((_, p) => codes.slice(p * each, (p + 1) * each));
  }
}

/**
 * What one thread of the kernel for `root` computes: the element at its index x, or the x-th of row y where rows have `inner`; in several
 * blocks those at x, x + 4 and so on.
 */
export function body(
  root: Node,
  isBuffer: (node: Node) => boolean,
  inner = sizeOf(root.shape),
  style = plainStyle,
): KernelCode {
  const { value, places } = translator(root, isBuffer, style);
  const row = counter('y', sizeOf(root.shape) / inner);
  const flat = sum(scale(row, inner), counter('x', inner));
  const at = (block: number): Code => value(root, unravel(sum(flat, literal(4 * block)), root.shape));
  return { results: range(style.blocks).map(at), places };
}

/** What is left in a graph that is executed and runs in kernels. */
type Computed = Exclude<Node['op'], 'leaf' | 'random' | 'hostCall' | 'argument' | 'stopGradient' | 'custom' | 'fanOut'>;

type Compute = (node: Node, at: readonly Affine[]) => Code;

/** Longer terms of a sum are not written several times. */
const mostCallsAtOnce = 8;

function callsIn(code: Code, seen = new Set<Code>()): number {
  if (code.kind !== 'call' || seen.has(code)) return 0;
  seen.add(code);
  return code.args.reduce((n, a) => n + callsIn(a, seen), 1);
}

/** Results of a fold as one. */
function combined(by: ReduceKind, codes: readonly Code[]): Code {
  const [a, b] = codes as [Code, Code];
  if (codes.length === 1) return a;
  if (codes.length > 2) return combined(by, [combined(by, codes.slice(0, 2)), combined(by, codes.slice(2))]);
  if (by === 'sum') return call('add', a, b);
  if (by === 'prod') return call('mul', a, b);
  // A NaN, once met, stays.
  return call('where', call(by === 'max' ? 'greater' : 'less', a, b), a, call('where', call('equal', a, a), b, a));
}
