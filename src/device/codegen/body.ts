import { huge, scaleDown, scaleUp, tiny } from '../../../kernels/graddrop.ts';
import type { ReduceKind } from '../../../kernels/reduce.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { kernelExpr } from '../../graph/scalar.ts';
import { isBaked } from '../../graph/simplify.ts';
import { bounds, counter, keyOf, literal, ravel, scale, sum, unravel, type Affine } from './affine.ts';
import { call, num, type Code, type Fold, type KernelCode, type Nest } from './code.ts';
import { instantiate, keepCode } from './scalarCode.ts';

/**
 * The element of a node at coordinates, with all that has no buffer on the way; `root` is computed though it has one. `byFours`: for
 * WebAssembly, which computes four neighbours at once and would wait for each addition of a sum, so that it has four of them.
 */
export function translator(
  root: Node,
  isBuffer: (node: Node) => boolean,
  byFours = false,
): { value: (node: Node, at: readonly Affine[]) => Code; places: ReadonlyMap<string, Code> } {
  const memo = new Map<Node, Map<string, Code>>();
  const places = new Map<string, Code>();
  let names = 0;

  function value(node: Node, at: readonly Affine[]): Code {
    const key = at.map(keyOf).join();
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
  function loop(sizes: Shape, fold: (counters: Affine[]) => Fold[]): Code[] {
    const all = sizes.map((size) => ({ name: `k${names++}`, size }));
    const folds = fold(all.map(({ name, size }) => counter(name, size)));
    const nest: Nest = { counters: all.filter(({ size }) => size > 1), folds };
    return folds.map((f) => ({ kind: 'fold', nest, fold: f }));
  }

  /** One fold over axes of the sizes given. */
  function folded(by: ReduceKind, sizes: Shape, value: (counters: Affine[]) => Code): Code {
    const last = sizes.findLastIndex((n) => n > 1);
    const n = sizes[last] ?? 1;
    const plain = (): Code => loop(sizes, (k) => [{ by, value: value(k) }])[0]!;
    if (!byFours || n < 8 || n % 4 !== 0 || callsIn(value(sizes.map(() => literal(0)))) > mostCallsByFours)
      return plain();
    const shorter = sizes.map((size, i) => (i === last ? size / 4 : size));
    const four = loop(shorter, (k) =>
      [0, 1, 2, 3].map((j) => ({ by, value: value(k.map((e, i) => (i === last ? sum(scale(e, 4), literal(j)) : e))) })),
    ) as [Code, Code, Code, Code];
    return together(by, together(by, four[0], four[1]), together(by, four[2], four[3]));
  }

  const view =
    (map: (at: readonly Affine[], node: Node) => Affine[]): Compute =>
    (node, at) =>
      value(node.inputs[0]!, map(at, node));

  const compute: { readonly [O in Computed]: (node: Node<O>, at: readonly Affine[]) => Code } = {
    constant: (node) => (isBaked(node.attrs.value) ? num(node.attrs.value) : { kind: 'scalar', node }),
    iota: (_, [i]) => ({ kind: 'index', of: i! }),
    elementwise: (node, at) =>
      instantiate(
        kernelExpr(node.attrs.name).body,
        node.inputs.map((x) => value(x, at)),
        byFours,
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
      const index = (k: Affine[]): Affine[] => at.map((e, d) => (axes.includes(d) ? k[axes.indexOf(d)]! : e));
      return folded(kind, sizes, (k) => value(x, index(k)));
    },
    contract: (node, at) => {
      const [a, b] = node.inputs as [Node, Node];
      const { batch, rows } = node.attrs;
      const shared = at.slice(0, batch);
      return folded('sum', a.shape.slice(batch + rows), (k) =>
        call(
          'mul',
          value(a, [...shared, ...at.slice(batch, batch + rows), ...k]),
          value(b, [...shared, ...at.slice(batch + rows), ...k]),
        ),
      );
    },
    signDrop: (node, at) => {
      const [g, G, u] = node.inputs as [Node, Node, Node];
      const { leak, keepZero, k, keep } = node.attrs;
      const lanes = g.shape[0]!;
      const here = u.shape.map((n, d) => (n === 1 ? literal(0) : at[d]!));
      const sign = (i: Affine): Code => value(G, [i, ...here]);
      const part = (x: Code): Code => call('where', call('greater', x, num(0)), x, num(0));
      const [p, q, down, qDown] = loop([lanes], ([i]) => {
        const s = sign(i!);
        const small = call('mul', s, num(scaleDown));
        return [s, call('neg', s), small, call('neg', small)].map((x): Fold => ({
          by: 'sum',
          value: part(x),
        }));
      }) as [Code, Code, Code, Code];
      const over = call('greater', call('add', p, q), num(huge));
      const [P, Q] = [call('where', over, down, p), call('where', over, qDown, q)];
      const plain = call('add', P, Q);
      const up = call('where', call('less', plain, num(tiny)), num(scaleUp), num(1));
      const S = call('mul', plain, up);
      const draw = value(u, here);
      let positive: Code;
      if (keep) {
        const purity = call('where', call('greater', S, num(0)), call('div', call('mul', P, up), S), num(0.5));
        positive = call('greater', keepCode(keep.p as Node, keep.f as Node, purity, byFours), draw);
      } else {
        const centred = call('sub', call('mul', num(2), draw), num(1));
        const D = call('mul', call('sub', P, Q), up);
        positive = call('greater', call('mul', num(k!), D), call('mul', centred, S));
      }
      return loop([lanes], ([i]) => {
        const s = sign(i!);
        const agrees = call(
          'where',
          positive,
          call('where', call('greater', s, num(0)), num(1), num(0)),
          call('where', call('less', s, num(0)), num(1), num(0)),
        );
        const none = keepZero
          ? call('and', call('equal', s, num(0)), call('equal', value(node.inputs[leak ? 4 : 3]!, at), num(0)))
          : undefined;
        const kept = call('notEqual', agrees, num(0));
        const own = value(g, [i!, ...at]);
        const rest = leak ? call('mul', own, value(node.inputs[3]!, [i!])) : num(0);
        return [{ by: 'sum', value: call('where', none ? call('or', kept, none) : kept, own, rest) }];
      })[0]!;
    },
  };

  return { value, places };
}

/** What one thread of the kernel for `root` computes: the element at its index x, or the x-th of row y where rows have `inner`. */
export function body(
  root: Node,
  isBuffer: (node: Node) => boolean,
  inner = sizeOf(root.shape),
  byFours = false,
): KernelCode {
  const { value, places } = translator(root, isBuffer, byFours);
  const row = counter('y', sizeOf(root.shape) / inner);
  const flat = sum(scale(row, inner), counter('x', inner));
  return { result: value(root, unravel(flat, root.shape)), places };
}

/** What is left in a graph that is executed and runs in kernels. */
type Computed = Exclude<Node['op'], 'leaf' | 'random' | 'hostCall' | 'argument' | 'stopGradient' | 'custom' | 'fanOut'>;

type Compute = (node: Node, at: readonly Affine[]) => Code;

/** Longer terms of a sum are not written four times. */
const mostCallsByFours = 8;

function callsIn(code: Code, seen = new Set<Code>()): number {
  if (code.kind !== 'call' || seen.has(code)) return 0;
  seen.add(code);
  return code.args.reduce((n, a) => n + callsIn(a, seen), 1);
}

/** Two results of a fold as one. */
function together(by: ReduceKind, a: Code, b: Code): Code {
  if (by === 'sum') return call('add', a, b);
  if (by === 'prod') return call('mul', a, b);
  // A NaN, once met, stays.
  return call('where', call(by === 'max' ? 'greater' : 'less', a, b), a, call('where', call('equal', a, a), b, a));
}
