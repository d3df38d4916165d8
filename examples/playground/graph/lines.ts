import type { Trace } from 'cotangent/inspect';
import { numberOf } from './hidden.ts';
import { ancestors, inOrder } from './reach.ts';

/** One line of the text list. */
export interface Line {
  readonly node: number;
  /** v0, v1, … */
  readonly name: string;
  /** What follows the name: ` = mul(2, v1): [2]`. */
  readonly text: string;
}

const isNumber = (trace: Trace, id: number): boolean => {
  const { op, inputs } = trace.nodes[id]!;
  if (op === 'constant') return true;
  return numeric.has(op) && inputs.length > 0 && isNumber(trace, inputs[0]!);
};
const numeric: ReadonlySet<string> = new Set(['reshape', 'permute', 'expand', 'shrink', 'flip', 'window']);

const text = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));

/** Returns the attributes of a node as `printGraph` shows them. */
function details(trace: Trace, id: number): string {
  const { op, inputs, attrs } = trace.nodes[id]!;
  if (op === 'leaf' || op === 'elementwise' || (inputs.length === 0 && op !== 'iota')) return '';
  return Object.entries(attrs)
    .filter(([name, value]) => name !== 'kind' && (Array.isArray(value) || !/object|function/.test(typeof value)))
    .map(([name, value]) => ` ${name} ${text(value)}`)
    .join('');
}

/**
 * Returns the lines of some nodes in their order, as `printGraph` writes them: one for each node
 * but numbers, which stand where they are used. `printGraph` would write `all` for the roots alone.
 */
export function linesOf(trace: Trace, ids: Iterable<number>): readonly Line[] {
  const order = inOrder(ids).filter((id) => !isNumber(trace, id));
  const names = new Map(order.map((id, i) => [id, `v${i}`]));
  const nameOf = (id: number): string => names.get(id) ?? numberOf(trace, id);
  return order.map((id) => {
    const { name, inputs, shape } = trace.nodes[id]!;
    const list = inputs.length > 0 ? `(${inputs.map(nameOf).join(', ')})` : '';
    return { node: id, name: nameOf(id), text: ` = ${name}${list}${details(trace, id)}: ${text(shape)}` };
  });
}

/** Returns the graph of some nodes as text, as `printGraph` does. */
export function printTrace(trace: Trace, roots: readonly number[]): string {
  const lines = linesOf(trace, ancestors(trace, roots));
  const names = new Map(lines.map((l) => [l.node, l.name]));
  const results = roots.map((id) => names.get(id) ?? numberOf(trace, id));
  return [...lines.map((l) => l.name + l.text), `return ${results.join(', ')}`].join('\n');
}
