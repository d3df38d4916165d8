import type { Node } from '../graph/node.ts';
import { observer } from '../graph/observe.ts';
import { topological } from '../graph/walk.ts';
import { checkNotCutOff } from './cutOff.ts';
import { rules, type Rule, type Tangent } from './rules.ts';

/**
 * Forward mode: returns the tangents of the outputs, given tangents of the inputs. null stands for
 * zero. One sweep visits the nodes between them, earliest first. Throws if a realised node has cut
 * an output off from an input.
 */
export function jvp(outputs: readonly Node[], inputs: readonly Node[], tangents: readonly Tangent[]): Tangent[] {
  const known = new Map<Node, Tangent>(inputs.map((x, i) => [x, tangents[i]!]));
  const first = inputs.reduce((id, x) => Math.min(id, x.id), Infinity);
  const order = topological(outputs, (n) => known.has(n) || n.id < first);
  const reached = new Set(order);
  checkNotCutOff(order, inputs, (x) => reached.has(x));
  observer?.began(order, 'forward', outputs, inputs);
  for (const y of order) {
    if (known.has(y)) continue;
    const t = y.inputs.map((x) => known.get(x) ?? null);
    observer?.enter(order, y, t);
    known.set(y, t.every((ti) => ti === null) ? null : (rules[y.op] as Rule).jvp(t, y));
    observer?.leave(known.get(y)!, []);
  }
  return outputs.map((y) => known.get(y) ?? null);
}
