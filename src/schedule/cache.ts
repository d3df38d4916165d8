import type { Node } from '../graph/node.ts';
import { aliases, isBaked } from '../graph/simplify.ts';
import { nodesBelow } from '../graph/walk.ts';

/**
 * The structure of a graph as text, without its data and its changing constants. Graphs with equal
 * keys share a plan.
 */
export interface PlanKey {
  readonly key: string;
  readonly leaves: readonly Node[];
  /** The constants that may change, each value once. The key records which of them are equal. */
  readonly scalars: readonly number[];
  /** All nodes of the graph. */
  readonly nodes: readonly Node[];
}

/**
 * Returns the text of one node. It names inputs by their places in the order. Aliases and fan-outs
 * do not depend on the functions in their attributes, which matter only to differentiation.
 */
function textOf(node: Node, place: ReadonlyMap<Node, number>): string {
  let inputs = '';
  for (const x of node.inputs) inputs += `,${place.get(x)}`;
  if (aliases.has(node.op)) return `=${place.get(node.inputs[0]!)}`;
  if (node.op === 'fanOut') return `fanOut${node.shape.join('x')}(${inputs})`;
  return `${node.key}(${inputs})`;
}

/**
 * Returns the key of the graph below `outputs`, and the leaves, constants and nodes that belong to
 * it.
 */
export function planKey(outputs: readonly Node[]): PlanKey {
  const leaves: Node[] = [];
  const scalars = new Map<number, number>();
  // A constant that has a value still counts as a constant, because the graph contains its number.
  const isLeaf = (n: Node): boolean => n.value !== undefined && n.op !== 'constant';
  // Nodes are numbered by their places in the walk. Their ids depend on which graphs were built
  // before.
  const nodes = [...nodesBelow(outputs, isLeaf)];
  const place = new Map(nodes.map((node, i) => [node, i]));
  const parts = nodes.map((node) => {
    if (isLeaf(node) || node.op === 'leaf') {
      leaves.push(node);
      return `leaf${node.shape.join('x')}`;
    }
    if (node.op !== 'constant' || isBaked(node.attrs.value)) return textOf(node, place);
    const slot = scalars.get(node.attrs.value) ?? scalars.size;
    scalars.set(node.attrs.value, slot);
    return `scalar${slot}`;
  });
  parts.push(outputs.map((n) => place.get(n)).join());
  return { key: parts.join(' '), leaves, scalars: [...scalars.keys()], nodes };
}
