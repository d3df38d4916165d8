import type { Node } from './node.ts';
import { observer } from './observe.ts';

type Test = (node: Node) => boolean;

/**
 * Returns `outputs` and all nodes that they depend on. The structure of the graph alone decides the
 * order. The walk does not go below nodes for which `stop` is true; `needs` gives the inputs to
 * follow. It does not recurse, so the depth of a graph is not limited by the call stack.
 */
export function nodesBelow(outputs: readonly Node[], stop: Test, needs = (n: Node) => n.inputs): Set<Node> {
  const seen = new Set<Node>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (!stop(node)) for (const input of needs(node)) if (!seen.has(input)) stack.push(input);
  }
  return seen;
}

const hasValue: Test = (node) => node.value !== undefined;

/**
 * Returns the nodes that `nodesBelow` finds, inputs before users. Unless `stop` says otherwise, the
 * walk stops at nodes that have a value.
 */
export const topological = (outputs: readonly Node[], stop = hasValue, needs?: (n: Node) => readonly Node[]): Node[] =>
  [...nodesBelow(outputs, stop, needs)].sort((a, b) => a.id - b.id);

/** Maps every node below `outputs` to f(node, mapped inputs). A leaf is mapped to itself. */
export function rewrite(
  outputs: readonly Node[],
  f: (node: Node, inputs: readonly Node[]) => Node,
  isLeaf = hasValue,
): Map<Node, Node> {
  const done = new Map<Node, Node>();
  for (const node of topological(outputs, isLeaf)) {
    const inputs = isLeaf(node) ? [] : node.inputs.map((x) => done.get(x)!);
    done.set(node, isLeaf(node) ? node : f(node, inputs));
  }
  observer?.mapped(done);
  return done;
}
