import { sumAll } from '../graph/build.ts';
import { memo } from '../graph/memo.ts';
import type { Node } from '../graph/node.ts';
import { observer } from '../graph/observe.ts';
import { topological } from '../graph/walk.ts';
import { checkNotCutOff } from './cutOff.ts';
import { rules, type Rule, type Tangent } from './rules.ts';

/**
 * Returns the nodes below `outputs`, inputs before users (`order`), and those of them that depend
 * on any of `inputs` (`active`).
 */
function between(outputs: readonly Node[], inputs: ReadonlySet<Node>): { order: Node[]; active: Set<Node> } {
  // A node is newer than its inputs, so a node older than all of `inputs` depends on none of them.
  const first = [...inputs].reduce((id, x) => Math.min(id, x.id), Infinity);
  const order = topological(outputs, (n) => n.id < first);
  const active = new Set<Node>();
  for (const node of order) if (inputs.has(node) || node.inputs.some((i) => active.has(i))) active.add(node);
  return { order, active };
}

/**
 * Reverse mode: returns the cotangents of the inputs, given cotangents of the outputs. null stands
 * for zero, also where no output depends on an input. One sweep visits the nodes between them,
 * latest first, so a node's cotangent is complete when the sweep reaches it. Throws if a realised
 * node has cut an output off from an input.
 */
export function vjp(outputs: readonly Node[], inputs: readonly Node[], cotangents: readonly Tangent[]): Tangent[] {
  const { order, active } = between(outputs, new Set(inputs));
  checkNotCutOff(order, inputs, (x) => active.has(x));
  observer?.began(order, 'reverse', outputs, inputs);
  const arrived = new Map<Node, Node[]>();
  const deliver = (node: Node, g: Tangent): void => {
    if (g !== null) memo(arrived, node, (): Node[] => []).push(g);
  };
  outputs.forEach((y, i) => deliver(y, cotangents[i]!));
  const result = new Map<Node, Node>();
  const wanted = new Set(inputs);
  for (let n = order.length - 1; n >= 0; n--) {
    const y = order[n]!;
    const terms = arrived.get(y);
    if (!terms || !active.has(y)) continue;
    observer?.enter(order, y, terms);
    const g = sumAll(terms);
    arrived.delete(y);
    if (wanted.has(y)) result.set(y, g);
    const needed = (i: number): boolean => active.has(y.inputs[i]!);
    const shares = y.inputs.some((x) => active.has(x)) ? (rules[y.op] as Rule).vjp(g, y, needed, vjp) : [];
    observer?.leave(g, shares);
    y.inputs.forEach((x, i) => active.has(x) && deliver(x, shares[i] ?? null));
  }
  return inputs.map((x) => result.get(x) ?? null);
}
