import { elementwise as table, type ElementwiseName, type Scalar } from '../../kernels/elementwise.ts';
import { constant, elementwise } from './build.ts';
import type { Node } from './node.ts';
import { parseScalar, type Expr } from './scalar.ts';

/** Math's names for what the table calls otherwise. */
const names: Record<string, ElementwiseName> = { max: 'maximum', min: 'minimum' };

const parsed = new Map<Scalar, Expr>();

/** A scalar function replayed on nodes: its source becomes graph. */
function replay(f: Scalar, inputs: readonly Node[]): Node {
  let body = parsed.get(f);
  if (!body) parsed.set(f, (body = parseScalar(f).body));
  if (body.kind === 'param') return inputs[body.index]!;
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
  return visit(body);
}

/** ∂y/∂(input i) of an elementwise node, as a node that broadcasts to its shape; null where it is zero. */
export function partial(y: Node<'elementwise'>, i: number): Node | null {
  const f = table[y.attrs.name].partials[i];
  return f ? replay(f, [...y.inputs, y]) : null;
}
