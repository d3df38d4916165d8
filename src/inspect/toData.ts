import { storageOf } from '../device/storage.ts';
import type { HostArray, Node } from '../graph/node.ts';
import { topological } from '../graph/walk.ts';
import { nodeOf, readNodes, type Tensor } from '../tensor/tensor.ts';
import type { DataNode, GraphData } from './graphData.ts';

/** Returns a node as data, with inputs by index. `data` are the elements of a leaf. */
export function dataNode(node: Node, inputs: readonly number[], data?: HostArray): DataNode {
  const { op, shape } = node;
  const attrs = Object.fromEntries(Object.entries(node.attrs).filter(([, v]) => typeof v !== 'function'));
  return { op, inputs, shape: [...shape], attrs, ...(data && { data }) };
}

/** Returns a node whose elements are known as a leaf. */
export const dataLeaf = (node: Node, data: HostArray | undefined): DataNode => ({
  op: 'leaf',
  inputs: [],
  shape: [...node.shape],
  attrs: node.op === 'leaf' ? { ...node.attrs } : {},
  ...(data && { data }),
});

/**
 * Returns the graph of a tensor, or of several, as data. A tensor that has been computed becomes a
 * leaf with its elements, and so does a `hostCall`, which is computed for it. Rules of derivatives
 * are functions and are left out: those of `fanOut`, `customVjp` and `checkpoint`. Values and plans
 * of `fromData(await toData(t))` are those of t; a derivative through a rule that was left out
 * throws.
 */
export async function toData(outputs: Tensor | readonly Tensor[]): Promise<GraphData> {
  const targets = [outputs].flat().map((t: Tensor) => nodeOf('toData', t));
  const hosts = topological(targets).filter((n) => n.op === 'hostCall');
  if (hosts.length > 0) await readNodes(hosts);
  const order = topological(targets);
  const place = new Map(order.map((n, i) => [n, i]));
  const nodes = order.map(async (n): Promise<DataNode> => {
    if (n.value === undefined || n.op === 'constant')
      return dataNode(
        n,
        n.inputs.map((x) => place.get(x)!),
      );
    return dataLeaf(n, await (await storageOf(n).settled()).copy());
  });
  return { version: 1, nodes: await Promise.all(nodes), outputs: targets.map((n) => place.get(n)!) };
}
