import { elementwise as table, type ElementwiseName, type Scalar } from '../../kernels/elementwise.ts';
import { broadcastTo, constant, elementwise, mul, where } from './build.ts';
import type { Node } from './node.ts';
import { parseScalar, type Expr } from './scalar.ts';

/** Math's names for what the table calls otherwise. */
const names: Record<string, ElementwiseName> = { max: 'maximum', min: 'minimum' };

const parsed = new Map<Scalar, Expr>();

/**
 * g times a scalar function replayed on nodes: its source becomes graph. Where the function is a
 * choice, the product is a choice of products, and g does not meet what is not chosen: a cotangent
 * of ∞ or NaN stops there.
 */
function timesReplayed(g: Node, f: Scalar, inputs: readonly Node[]): Node {
  let body = parsed.get(f);
  if (!body) parsed.set(f, (body = parseScalar(f).body));
  const done = new Map<Expr, Node>();
  const visit = (e: Expr): Node => {
    if (e.kind === 'number') return constant(e.value);
    if (e.kind === 'param') return inputs[e.index]!;
    let node = done.get(e);
    if (!node) {
      const name = e.name.replace('op.', '');
      node = elementwise(names[name] ?? (name as ElementwiseName), ...e.args.map(visit));
      done.set(e, node);
    }
    return node;
  };
  const times = (e: Expr): Node => {
    if (e.kind === 'number' && (e.value === 0 || e.value === 1)) return e.value === 0 ? constant(0) : g;
    if (e.kind !== 'call' || e.name !== 'where') return mul(g, visit(e));
    const [condition, yes, no] = e.args as [Expr, Expr, Expr];
    return where(visit(condition), times(yes), times(no));
  };
  return times(body);
}

/** g · ∂y/∂(input i) of an elementwise node, in its shape; null where the derivative is zero. */
export function timesPartial(g: Node, y: Node<'elementwise'>, i: number): Node | null {
  const f = table[y.attrs.name].partials[i];
  return f ? broadcastTo(y.attrs.name, timesReplayed(g, f, [...y.inputs, y]), y.shape) : null;
}
