import type { Trace } from 'cotangent/inspect';
import type { Picture } from './picture.ts';

/**
 * Returns the node of a picture that a place in the program means: of the nodes that the line made
 * and that have a box in the primal, the last one that begins at or before the column, or else the
 * first. Undefined if the line made none.
 */
export function nodeAt(trace: Trace, picture: Picture, line: number, column: number): number | undefined {
  const here = picture.boxes
    .filter((b) => b.under === undefined && trace.nodes[b.node]!.position?.line === line)
    .map((b) => trace.nodes[b.node]!);
  const columns = here.map((n) => n.position!.column).filter((c) => c <= column);
  const nearest = Math.max(...columns);
  return (here.find((n) => n.position!.column === nearest) ?? here[0])?.id;
}
