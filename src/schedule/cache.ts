import { is, type Node } from '../graph/node.ts';
import { isBaked } from '../graph/simplify.ts';

/**
 * A graph as text, with its data and its changing numbers taken out: graphs with equal keys share a
 * plan.
 */
export interface PlanKey {
  readonly key: string;
  readonly leaves: readonly Node[];
  /** The numbers that may change, each once: which of them are equal is a part of the key. */
  readonly scalars: readonly number[];
  /** All nodes of the graph, inputs first. */
  readonly nodes: readonly Node[];
}

/**
 * What differentiation alone sees leaves the plan as it is, so the functions in it do not count.
 */
const aliases: ReadonlySet<Node['op']> = new Set(['argument', 'stopGradient', 'custom']);

/** The text of one node; inputs appear by their places in the order. */
function textOf(node: Node, place: ReadonlyMap<Node, number>): string {
  let inputs = '';
  for (const x of node.inputs) inputs += `,${place.get(x)}`;
  if (aliases.has(node.op)) return `=${place.get(node.inputs[0]!)}`;
  if (is(node, 'fanOut')) return `fanOut${node.shape.join('x')}(${inputs})`;
  return `${node.key}(${inputs})`;
}

/**
 * The nodes below `outputs`, inputs before users, in an order that the structure alone decides: ids
 * tell of other graphs, too.
 */
function inputsFirst(outputs: readonly Node[], isLeaf: (node: Node) => boolean): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: Node[] = [];
  const next: number[] = [];
  const enter = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.inputs.length === 0 || isLeaf(node)) {
      order.push(node);
      return;
    }
    stack.push(node);
    next.push(0);
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack.length - 1;
      const input = stack[top]!.inputs[next[top]!++];
      if (input) enter(input);
      else {
        order.push(stack.pop()!);
        next.pop();
      }
    }
  }
  return order;
}

export function planKey(outputs: readonly Node[]): PlanKey {
  const leaves: Node[] = [];
  const scalars = new Map<number, number>();
  // A constant stays one though it has been read: its value is in the graph.
  const isLeaf = (n: Node): boolean => n.value !== undefined && n.op !== 'constant';
  const order = inputsFirst(outputs, isLeaf);
  const place = new Map<Node, number>();
  const parts: string[] = [];
  for (const node of order) {
    place.set(node, place.size);
    if (isLeaf(node) || node.op === 'leaf') {
      leaves.push(node);
      parts.push(`leaf${node.shape.join('x')}`);
    } else if (is(node, 'constant') && !isBaked(node.attrs.value)) {
      const slot = scalars.get(node.attrs.value) ?? scalars.size;
      scalars.set(node.attrs.value, slot);
      parts.push(`scalar${slot}`);
    } else parts.push(textOf(node, place));
  }
  parts.push(outputs.map((n) => place.get(n)).join());
  return { key: parts.join(' '), leaves, scalars: [...scalars.keys()], nodes: order };
}
