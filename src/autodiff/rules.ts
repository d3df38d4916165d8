import * as build from '../graph/build.ts';
import { sizeOf, type Node, type Op } from '../graph/node.ts';
import { timesPartial } from '../graph/partials.ts';
import { range } from '../graph/shape.ts';
import { make } from '../graph/simplify.ts';
import { constantMerge } from './constantMerge.ts';
import { laneWeights } from './laneWeights.ts';

/** A tangent or cotangent; null stands for zeros of the right shape. */
export type Tangent = Node | null;

/** Reverse mode as a function, which is `vjp`, for rules that must run it later. */
export type Sweep = (outputs: readonly Node[], inputs: readonly Node[], cotangents: readonly Tangent[]) => Tangent[];

/**
 * The derivative of one operation, y = op(inputs). `vjp` returns a cotangent for each input, given
 * y's cotangent g. `jvp` returns y's tangent, given the inputs' tangents t. Both build nodes, so
 * the results can be differentiated again.
 */
export interface Rule<O extends Op = Op> {
  vjp(g: Node, y: Node<O>, needed: (i: number) => boolean, sweep: Sweep): readonly Tangent[];
  jvp(t: readonly Tangent[], y: Node<O>): Tangent;
}

/** The rule of an operation that is constant to differentiation. */
const constantRule: Rule<never> = { vjp: (_, y: Node) => y.inputs.map(() => null), jvp: () => null };

/**
 * Returns the rule of an operation that is linear in its first input: the tangent is the operation
 * itself, the cotangent its transpose.
 */
function linear<O extends Op>(transpose: (g: Node, y: Node<O>) => Node): Rule<O> {
  return {
    vjp: (g, y) => [transpose(g, y), ...y.inputs.slice(1).map(() => null)],
    jvp: ([t = null], y) => t && make(y.op, [t, ...y.inputs.slice(1)], y.shape, y.attrs),
  };
}

/** The rule of an operation that equals its first input. */
const alias: Rule<never> = {
  vjp: (g, y: Node) => [g, ...y.inputs.slice(1).map(() => null)],
  jvp: ([t]) => t!,
};

/** Returns the sum of the tangents that are not zero, or null if there are none. */
const total = (terms: readonly Tangent[]): Tangent => {
  const present = terms.filter((t) => t !== null);
  return present.length === 0 ? null : build.sumAll(present);
};

/** Puts stride − 1 zeros between the elements along an axis. */
function dilate(x: Node, axis: number, stride: number): Node {
  if (stride === 1) return x;
  const n = x.shape[axis]!;
  const spread = build.extend(build.unsqueeze(x, [axis + 1]), x.shape.toSpliced(axis + 1, 0, stride));
  const merged = build.reshape(spread, x.shape.with(axis, n * stride));
  return build.slice(merged, axis, 0, Math.max(0, (n - 1) * stride + 1));
}

/**
 * Transposes a window: for each place k of the window, dilates its slice of g, shifts it by
 * k·dilation, and sums the results.
 */
function unwindow(g: Node, y: Node<'window'>): Node {
  const { axis, size, stride, dilation } = y.attrs;
  const shape = y.inputs[0]!.shape;
  if (y.shape[axis] === 0) return build.zeros(shape);
  const last = g.shape.length - 1;
  return build.sumAll(
    range(size).map((k) => {
      const spread = dilate(build.squeeze(build.slice(g, last, k, k + 1), [last]), axis, stride);
      return build.extend(spread, shape, shape.map(() => 0).with(axis, k * dilation));
    }),
  );
}

/**
 * Transposes y = gather(x, indices): x̄[i] = Σ_k [indices[k] = i] updates[k]. Each element of x̄
 * searches the indices for its own.
 */
export function scatter(updates: Node, indices: Node, axis: number, size: number): Node {
  const rank = updates.shape.length;
  const toLast = (n: Node): Node => build.unsqueeze(build.moveAxis(n, axis, rank - 1), [axis]);
  const hit = build.elementwise('equal', toLast(indices), build.counter(size, rank + 1, axis));
  return build.squeeze(build.sum(build.where(hit, toLast(updates), build.constant(0)), [rank]), [rank]);
}

/**
 * Returns the product of the other elements of its row for each element of a matrix, without a
 * division. Long rows are cut into pieces: the others are those of the piece and the other pieces.
 */
function productOfOthers(x: Node): Node {
  const [m, n] = x.shape as [number, number];
  const size = 32;
  if (n <= size) {
    const others = build.where(build.diagonal(n, n), build.constant(1), build.unsqueeze(x, [1]));
    return build.squeeze(build.reduce('prod', others, [2]), [2]);
  }
  const count = Math.ceil(n / size);
  const filled = build.concat([x, build.full([m, count * size - n], 1)], 1);
  const pieces = build.reshape(filled, [m * count, size]);
  const products = build.reduce('prod', pieces, [1]);
  const rest = build.reshape(productOfOthers(build.reshape(products, [m, count])), products.shape);
  return build.slice(build.reshape(build.mul(productOfOthers(pieces), rest), filled.shape), 1, 0, n);
}

/**
 * Returns W t elementwise, where dy = Σ W dx for a fold. For a product, W is the product of the
 * other elements. For max and min, W divides t evenly among the elements that tie, and is 0 for the
 * others, even where t is infinite or NaN.
 */
function weighted(t: Node, y: Node<'reduce'>): Node {
  const x = y.inputs[0]!;
  const { axes, kind } = y.attrs;
  if (kind === 'sum') return t;
  if (kind !== 'prod') {
    const hit = build.elementwise('equal', x, y);
    return build.div(build.where(hit, t, build.constant(0)), build.sum(hit, axes));
  }
  const order = [...range(x.shape.length).filter((i) => !axes.includes(i)), ...axes];
  const moved = build.permute(x, order);
  const rows = build.reshape(moved, [sizeOf(y.shape), sizeOf(axes.map((a) => x.shape[a]!))]);
  return build.mul(t, build.permuteBack(build.reshape(productOfOthers(rows), moved.shape), order));
}

/** The derivative rules of all operations. */
export const rules: { readonly [O in Op]: Rule<O> } = {
  leaf: constantRule,
  constant: constantRule,
  iota: constantRule,
  random: constantRule,
  stopGradient: constantRule,
  hostCall: constantRule,
  argument: alias,
  barrier: alias,

  elementwise: {
    vjp: (g, y, needed) => y.inputs.map((_, i) => (needed(i) ? timesPartial(g, y, i) : null)),
    jvp: (t, y) => total(t.map((ti, i) => ti && timesPartial(ti, y, i))),
  },

  reshape: linear((g, y) => build.reshape(g, y.inputs[0]!.shape)),
  permute: linear((g, y) => build.permuteBack(g, y.attrs.order)),
  expand: linear((g, y) => {
    const repeated = range(g.shape.length).filter((i) => y.inputs[0]!.shape[i] !== g.shape[i]);
    return build.sum(g, repeated);
  }),
  pad: linear((g, y) => build.shrink(g, y.attrs.before, y.inputs[0]!.shape)),
  shrink: linear((g, y) => build.extend(g, y.inputs[0]!.shape, y.attrs.start)),
  flip: linear((g, y) => build.flip(g, y.attrs.axes)),
  window: linear(unwindow),

  concat: {
    vjp: (g, y) => {
      let at = 0;
      return y.inputs.map((x) => build.slice(g, y.attrs.axis, at, (at += x.shape[y.attrs.axis]!)));
    },
    // The sweep calls this only if at least one input has a tangent.
    jvp: (t, y) => {
      const parts = t.map((ti, i) => ti ?? build.zeros(y.inputs[i]!.shape));
      return build.concat(parts, y.attrs.axis);
    },
  },

  reduce: {
    vjp: (g, y) => [weighted(build.broadcastTo(g, y.inputs[0]!.shape), y)],
    jvp: ([t = null], y) => t && build.sum(weighted(t, y), y.attrs.axes),
  },

  contract: {
    // y[b, m, n] = Σ_k a[b, m, k] b[b, n, k], so ā[b, m, k] = Σ_n g[b, m, n] b[b, n, k]. The
    // cotangent of b follows by exchanging a with b and m with n.
    vjp: (g, y, needed) => {
      const [a, b] = y.inputs as [Node, Node];
      const { batch, rows, columns, inner } = y.attrs;
      const shared = range(batch);
      const group = (from: number, n: number): number[] => range(n).map((i) => batch + from + i);
      const innerFirst = (x: Node, outer: number): Node =>
        build.permute(x, [...shared, ...group(outer, inner), ...group(0, outer)]);
      const gT = (): Node => build.permute(g, [...shared, ...group(rows, columns), ...group(0, rows)]);
      return [
        needed(0) ? build.contract(g, innerFirst(b, columns), batch, columns) : null,
        needed(1) ? build.contract(gT(), innerFirst(a, rows), batch, rows) : null,
      ];
    },
    jvp: ([ta, tb], y) => {
      const { batch, inner } = y.attrs;
      const [a, b] = y.inputs as [Node, Node];
      return total([ta ? build.contract(ta, b, batch, inner) : null, tb ? build.contract(a, tb, batch, inner) : null]);
    },
  },

  gather: {
    vjp: (g, y) => [scatter(g, y.inputs[1]!, y.attrs.axis, y.inputs[0]!.shape[y.attrs.axis]!), null],
    jvp: ([t = null], y) => t && build.gather(t, y.inputs[1]!, y.attrs.axis),
  },

  // Linear in the lanes. The inputs that decide (signs, draw, leak) are constants to
  // differentiation.
  signDrop: linear((g, y) => {
    const weights = laneWeights(y.inputs, y.attrs);
    return build.where(weights, build.mul(build.unsqueeze(g, [0]), weights), build.constant(0));
  }),

  fanOut: {
    vjp: (g, y, _, sweep) => [constantMerge(y.attrs.rule(g, y.inputs[0]!), y, sweep)],
    jvp: ([t = null], y) => t && build.broadcastTo(t, y.shape),
  },

  custom: {
    vjp: (g, y) => [null, ...y.attrs.vjp(g, y, y.inputs.slice(1))],
    jvp: (t, y) => {
      if (!y.attrs.jvp)
        throw new Error(`jvp: ${y.attrs.name} has a derivative of its own for reverse mode only; use vjp or grad`);
      return y.attrs.jvp(t, y, y.inputs.slice(1));
    },
  },
};
