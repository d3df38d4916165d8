import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import type { Apply } from '../../kernels/graddrop.ts';
import { broadcastTo, constant, elementwise, mul, where } from './build.ts';
import { memo } from './memo.ts';
import type { Node } from './node.ts';
import { expressionOf, type Expr } from './scalar.ts';

/** The table's names of functions that Math names differently. */
const names: Record<string, ElementwiseName> = { max: 'maximum', min: 'minimum' };

/**
 * Builds the nodes of an expression whose parameters are `inputs`. A shared part becomes one node.
 */
export function replay(e: Expr, inputs: readonly Node[], done = new Map<Expr, Node>()): Node {
  if (e.kind === 'number') return constant(e.value);
  if (e.kind === 'param') return inputs[e.index]!;
  return memo(done, e, () => {
    const name = e.name.replace('op.', '');
    const args = e.args.map((a) => replay(a, inputs, done));
    return elementwise(names[name] ?? (name as ElementwiseName), ...args);
  });
}

/**
 * Returns the node of f(xs), elementwise, for a function f of numbers that is plain arithmetic. f
 * is not called: its source text is parsed, and each operation in it becomes a node. A number among
 * `xs` becomes a constant.
 */
export const apply: Apply<Node> = (f, ...xs) => {
  const inputs = xs.map((x) => (typeof x === 'number' ? constant(x) : x));
  return replay(expressionOf(f), inputs);
};

/**
 * Builds g times an expression on nodes. If the expression is a choice, the result is a choice
 * between products. So g is not multiplied by the branch that is not chosen, and a cotangent of ∞
 * or NaN does not pass through it.
 */
function times(g: Node, e: Expr, inputs: readonly Node[], done = new Map<Expr, Node>()): Node {
  if (e.kind === 'number' && (e.value === 0 || e.value === 1)) return e.value === 0 ? constant(0) : g;
  if (e.kind !== 'call' || e.name !== 'where') return mul(g, replay(e, inputs, done));
  const [condition, yes, no] = e.args as [Expr, Expr, Expr];
  return where(replay(condition, inputs, done), times(g, yes, inputs, done), times(g, no, inputs, done));
}

/**
 * Builds g · ∂y/∂(input i) of an elementwise node, in the shape of y. Returns null where that
 * derivative is zero.
 */
export function timesPartial(g: Node, y: Node<'elementwise'>, i: number): Node | null {
  const f = table[y.attrs.name].partials[i];
  return f ? broadcastTo(times(g, expressionOf(f), [...y.inputs, y]), y.shape) : null;
}
