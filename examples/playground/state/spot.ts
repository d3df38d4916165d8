import type { Trace } from 'cotangent/inspect';
import type { Spot } from './address.ts';

const at = (trace: Trace, { line, column }: Omit<Spot, 'nth'>): readonly number[] =>
  trace.nodes.filter(({ position: p }) => p?.line === line && p.column === column).map(({ id }) => id);

/** Returns where in the program a node was made, if a line made it. */
export function spotOfNode(trace: Trace, node: number): Spot | undefined {
  const position = trace.nodes[node]?.position;
  if (!position) return undefined;
  const { line, column } = position;
  return { line, column, nth: at(trace, position).indexOf(node) };
}

/** Returns the node of a spot, if the trace has it. */
export const nodeOfSpot = (trace: Trace, spot: Spot): number | undefined => at(trace, spot)[spot.nth];
