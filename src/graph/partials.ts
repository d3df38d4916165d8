import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import type { Apply } from '../../kernels/graddrop.ts';
import { broadcastTo, constant, elementwise, mul, where } from './build.ts';
import { memo } from './memo.ts';
import type { Node } from './node.ts';
import { expressionOf, type Expr } from './scalar.ts';

/** Math's names for what the table calls otherwise. */
const names: Record<string, ElementwiseName> = { max: 'maximum', min: 'minimum' };

/** An expression on nodes. */
export function replay(e: Expr, inputs: readonly Node[], done = new Map<Expr, Node>()): Node {
  if (e.kind === 'number') return constant(e.value);
  if (e.kind === 'param') return inputs[e.index]!;
  return memo(done, e, () => {
    const name = e.name.replace('op.', '');
    const args = e.args.map((a) => replay(a, inputs, done));
    return elementwise(names[name] ?? (name as ElementwiseName), ...args);
  });
}

/** Functions of numbers on nodes. */
export const apply: Apply<Node> = (f, ...xs) => {
  const inputs = xs.map((x) => (typeof x === 'number' ? constant(x) : x));
  return replay(expressionOf(f), inputs);
};

/**
 * g times an expression on nodes. Where the expression is a choice, the product is a choice of
 * products, and g does not meet what is not chosen: a cotangent of ∞ or NaN stops there.
 */
function times(g: Node, e: Expr, inputs: readonly Node[], done = new Map<Expr, Node>()): Node {
  if (e.kind === 'number' && (e.value === 0 || e.value === 1)) return e.value === 0 ? constant(0) : g;
  if (e.kind !== 'call' || e.name !== 'where') return mul(g, replay(e, inputs, done));
  const [condition, yes, no] = e.args as [Expr, Expr, Expr];
  return where(replay(condition, inputs, done), times(g, yes, inputs, done), times(g, no, inputs, done));
}

/** g · ∂y/∂(input i) of an elementwise node, in its shape; null where the derivative is zero. */
export function timesPartial(g: Node, y: Node<'elementwise'>, i: number): Node | null {
  const f = table[y.attrs.name].partials[i];
  return f ? broadcastTo(times(g, expressionOf(f), [...y.inputs, y]), y.shape) : null;
}
