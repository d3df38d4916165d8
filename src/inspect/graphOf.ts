import { showAny } from '../graph/shape.ts';
import type { DataNode, GraphData } from './graphData.ts';
import { isLeaf, type Leaves } from './leaves.ts';
import type { Recorded } from './recorder.ts';
import { dataLeaf, dataNode } from './toData.ts';

/** Returns the graph of recorded nodes as data; see `Recording`. */
export async function graphOf(
  wanted: readonly number[],
  recorded: readonly Recorded[],
  leaves: Leaves,
): Promise<GraphData> {
  for (const id of wanted)
    if (!recorded[id]) throw new Error(`graphOf: the trace has nodes 0 to ${recorded.length - 1}, got ${showAny(id)}`);
  const inputsOf = (id: number): readonly number[] =>
    recorded[id]!.node.op === 'hostCall' ? [] : recorded[id]!.inputs.map((x) => leaves.behind(x));
  const outputs = wanted.map((id) => leaves.behind(id));
  const seen = new Set<number>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const id = stack.pop()!;
    if (!seen.has(id)) stack.push(...inputsOf(id));
    seen.add(id);
  }
  const ids = [...seen].sort((a, b) => a - b);
  const place = new Map(ids.map((id, i) => [id, i]));
  const nodes = ids.map(async (id): Promise<DataNode> => {
    const { node, inputs } = recorded[id]!;
    if (isLeaf(node, inputs) || node.op === 'hostCall') return dataLeaf(node, await leaves.of(id));
    return dataNode(
      node,
      inputsOf(id).map((x) => place.get(x)!),
    );
  });
  return { version: 1, nodes: await Promise.all(nodes), outputs: outputs.map((id) => place.get(id)!), ids };
}
