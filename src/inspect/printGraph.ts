import type { Node } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import { show, showAny } from '../graph/shape.ts';
import { constantValue } from '../graph/simplify.ts';
import { topological } from '../graph/walk.ts';

/** An object that has a node, as a tensor has. */
export interface HasNode {
  readonly node: Node;
}

const text = (value: unknown): string => (Array.isArray(value) ? show(value) : String(value));

/**
 * Returns the name of a node's operation, such as `tanh`, `sum` or `data`, and its attributes as
 * text, such as ` axes [0]`.
 */
export function labelOf(node: Node): [op: string, details: string] {
  if (node.op === 'leaf') return [node.attrs.label ?? 'data', ''];
  if (node.inputs.length === 0 && node.op !== 'iota') return ['data', ''];
  if (node.op === 'elementwise') return [node.attrs.name, ''];
  const { kind, ...rest } = node.attrs as Record<string, unknown>;
  const told = Object.entries(rest).filter(([, v]) => Array.isArray(v) || !/object|function/.test(typeof v));
  return [kind === undefined ? node.op : text(kind), told.map(([k, v]) => ` ${k} ${text(v)}`).join('')];
}

/**
 * Returns the graph of one tensor, or of several, as text. Each node has one line that ends with
 * its shape, and inputs come before their users. Constants stand where they are used. A node that
 * has a value already is shown as its operation all the same. `as: 'mermaid'` gives a flow chart in
 * the language of Mermaid. Throws if `target` is not a tensor or a list of tensors, and for any
 * other `as`.
 */
export function printGraph(
  target: HasNode | readonly HasNode[],
  options: { readonly as?: 'text' | 'mermaid' } = {},
): string {
  const { as = 'text' } = checkOptions('printGraph', options, ['as']);
  if (as !== 'text' && as !== 'mermaid')
    throw new Error(`printGraph: as must be 'text' or 'mermaid', got ${showAny(as)}`);
  const outputs = [target].flat().map((t: HasNode) => {
    if (!(t?.node instanceof Object && 'op' in t.node))
      throw new Error(`printGraph: a tensor or a list of tensors is needed, got ${showAny(t)}`);
    return t.node;
  });
  const isNumber = (n: Node): boolean => constantValue(n) !== undefined;
  const order = topological(outputs, isNumber).filter((n) => !isNumber(n));
  const names = new Map(order.map((n, i) => [n, `v${i}`]));
  const nameOf = (n: Node): string => names.get(n) ?? String(constantValue(n));
  const line = (n: Node, inputs: readonly string[]): string => {
    const [op, details] = labelOf(n);
    return `${op}${inputs.length > 0 ? `(${inputs.join(', ')})` : ''}${details}: ${show(n.shape)}`;
  };
  if (as === 'text') {
    const lines = order.map((n) => `${nameOf(n)} = ${line(n, n.inputs.map(nameOf))}`);
    return [...lines, `return ${outputs.map(nameOf).join(', ')}`].join('\n');
  }
  const boxes = order.map((n) => {
    const withNumbers = n.inputs.some(isNumber);
    return `  ${nameOf(n)}["${line(n, withNumbers ? n.inputs.map((x) => (isNumber(x) ? nameOf(x) : '·')) : [])}"]`;
  });
  const arrows = order.flatMap((n) =>
    n.inputs.filter((x) => !isNumber(x)).map((x) => `  ${nameOf(x)} --> ${nameOf(n)}`),
  );
  return ['flowchart TD', ...boxes, ...arrows].join('\n');
}
