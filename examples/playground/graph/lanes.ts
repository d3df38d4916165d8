import type { Trace, TracedNode } from 'cotangent/inspect';

/** The lane that a node belongs to. Nodes that several lanes share, or none, have no lane. */
export type Lanes = ReadonlyMap<number, number>;

/** Returns the lane that a slice of a fan-out takes, or undefined if the node takes none. */
export function laneTaken(trace: Trace, node: TracedNode): number | undefined {
  if (node.op !== 'shrink' || node.shape[0] !== 1) return undefined;
  const source = trace.nodes[node.inputs[0]!]!;
  const { start } = node.attrs as { start?: readonly number[] };
  return source.op === 'fanOut' && source.shape[0]! > 1 ? start?.[0] : undefined;
}

/**
 * Returns the lane of each node. A node above the slice that loss i reads belongs to lane i, unless
 * it depends on another lane as well. A node of a sweep has the lane of the node it belongs to.
 */
export function lanesOf(trace: Trace): Lanes {
  const lanes = new Map<number, number>();
  const mixed = new Set<number>();
  for (const node of trace.nodes) {
    if (node.sweep !== undefined && node.of !== undefined) {
      const lane = lanes.get(node.of);
      if (lane !== undefined) lanes.set(node.id, lane);
      continue;
    }
    const taken = laneTaken(trace, node);
    if (taken !== undefined) {
      lanes.set(node.id, taken);
      continue;
    }
    if (node.op === 'fanOut') continue;
    const found = new Set(node.inputs.flatMap((x) => lanes.get(x) ?? []));
    if (found.size > 1 || node.inputs.some((x) => mixed.has(x))) mixed.add(node.id);
    else for (const lane of found) lanes.set(node.id, lane);
  }
  return lanes;
}
