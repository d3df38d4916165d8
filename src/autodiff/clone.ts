import type { Node } from '../graph/node.ts';
import { make } from '../graph/simplify.ts';
import { topological } from '../graph/walk.ts';

const again = (n: Node, inputs: readonly Node[]): Node => make(n.op, inputs, n.shape, n.attrs);

/**
 * Returns y with each node of `from` replaced by the one at the same place in `to`. Every node that
 * depends on `from` is made again, even if it has a value.
 */
export function clone(
  y: Node,
  from: readonly Node[],
  to: readonly Node[],
  remake: (n: Node, inputs: readonly Node[]) => Node = again,
): Node {
  const done = new Map(from.map((n, i) => [n, to[i]!]));
  const first = from.reduce((id, n) => Math.min(id, n.id), Infinity);
  for (const n of topological([y], (n) => done.has(n) || n.id < first)) {
    if (done.has(n)) continue;
    const inputs = n.inputs.map((x) => done.get(x) ?? x);
    done.set(n, inputs.every((x, i) => x === n.inputs[i]) ? n : remake(n, inputs));
  }
  return done.get(y)!;
}
