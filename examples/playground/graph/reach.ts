import type { Trace } from 'cotangent/inspect';

/** Returns the ids of some nodes and of all nodes that they depend on. */
export function ancestors(trace: Trace, from: Iterable<number>): Set<number> {
  const seen = new Set<number>();
  const stack = [...from];
  while (stack.length > 0) {
    const id = stack.pop()!;
    if (seen.has(id) || trace.nodes[id] === undefined) continue;
    seen.add(id);
    stack.push(...trace.nodes[id].inputs);
  }
  return seen;
}

/** Returns the ids in a set in ascending order, so that inputs come before their users. */
export const inOrder = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);
