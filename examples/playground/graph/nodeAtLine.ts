import type { Trace } from 'cotangent/inspect';
import type { Picture } from './picture.ts';

/**
 * Returns the node that a line of the program means: of the nodes that the line made and that have
 * a box in the primal, the last one, which is the line's result. Undefined if the line made none.
 */
export const nodeAtLine = (trace: Trace, picture: Picture, line: number): number | undefined =>
  picture.boxes.findLast((b) => b.under === undefined && trace.nodes[b.node]!.position?.line === line)?.node;
