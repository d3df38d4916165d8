import type { Node } from '../graph/node.ts';
import { isBaked } from '../graph/simplify.ts';
import { nodesBelow } from '../graph/walk.ts';

/**
 * A graph as text, with its data and its changing numbers taken out: graphs with equal keys share a
 * plan.
 */
export interface PlanKey {
  readonly key: string;
  readonly leaves: readonly Node[];
  /** The numbers that may change, each once: which of them are equal is a part of the key. */
  readonly scalars: readonly number[];
  /** All nodes of the graph. */
  readonly nodes: readonly Node[];
}

/**
 * Only differentiation sees these. They leave the plan as it is, so their functions do not count.
 */
const aliases: ReadonlySet<Node['op']> = new Set(['argument', 'stopGradient', 'custom']);

/** The text of one node; inputs appear by their places in the order. */
function textOf(node: Node, place: ReadonlyMap<Node, number>): string {
  let inputs = '';
  for (const x of node.inputs) inputs += `,${place.get(x)}`;
  if (aliases.has(node.op)) return `=${place.get(node.inputs[0]!)}`;
  if (node.op === 'fanOut') return `fanOut${node.shape.join('x')}(${inputs})`;
  return `${node.key}(${inputs})`;
}

/** The key of the graph below `outputs`. */
export function planKey(outputs: readonly Node[]): PlanKey {
  const leaves: Node[] = [];
  const scalars = new Map<number, number>();
  // A constant stays one though it has been read: its value is in the graph.
  const isLeaf = (n: Node): boolean => n.value !== undefined && n.op !== 'constant';
  // Ids tell of other graphs, too, so they do not count.
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
