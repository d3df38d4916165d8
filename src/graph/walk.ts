import type { Node } from './node.ts';

/**
 * Every node below `outputs`, what a node needs before it; stops at nodes that have a value. Depth
 * costs no stack.
 */
export function topological(
  outputs: readonly Node[],
  stop: (n: Node) => boolean = (n) => n.value !== undefined,
  needs: (n: Node) => readonly Node[] = (n) => n.inputs,
): Node[] {
  const seen = new Set<Node>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (!stop(node)) for (const input of needs(node)) if (!seen.has(input)) stack.push(input);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** Maps every node below `outputs` to what `f` makes of it and its mapped inputs. */
export function rewrite(
  outputs: readonly Node[],
  f: (node: Node, inputs: readonly Node[]) => Node,
  done = new Map<Node, Node>(),
  isLeaf = (n: Node): boolean => n.value !== undefined,
): Map<Node, Node> {
  const stop = (n: Node): boolean => isLeaf(n) || done.has(n);
  for (const node of topological(outputs, stop)) {
    if (done.has(node)) continue;
    done.set(
      node,
      stop(node)
        ? node
        : f(
            node,
            node.inputs.map((i) => done.get(i)!),
          ),
    );
  }
  return done;
}
