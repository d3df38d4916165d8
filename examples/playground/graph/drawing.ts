import type { Trace, Visit } from 'cotangent/inspect';
import { numberOf, type Place } from './hidden.ts';
import { laneTaken, type Lanes } from './lanes.ts';

/** What a sweep delivers to a node. */
export interface Arrival extends Visit {
  readonly sweep: number;
}

/**
 * A box of the picture. A `node` box shows one node, a `line` box all nodes of one line of the
 * program, and an `arrival` box what a sweep delivers to a node.
 */
export interface Box {
  readonly id: string;
  readonly kind: 'node' | 'line' | 'arrival';
  /** The node that it shows: of a `line` box the first, of an `arrival` box the one visited. */
  readonly node: number;
  /** The number of nodes in it. */
  readonly count: number;
  /** The box of the primal under which a box of the mirror stands. */
  readonly under?: string;
  /** The row, from the top. A row uses what the rows above it made. */
  readonly row: number;
  readonly arrival?: Arrival;
  readonly lane?: number;
  readonly line?: number;
  /** The inputs, if some of them are numbers: `(2, ·)`. */
  readonly operands: string;
}

export interface Edge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The nodes on the way: views and aliases. */
  readonly via: readonly number[];
  /** `primal` in the program, `cotangent` in a sweep, `use` from the one to the other. */
  readonly kind: 'primal' | 'cotangent' | 'use';
  readonly lane?: number;
  /** The number of lanes side by side, if there are several. */
  readonly strands?: number;
  /** True if it leads to an earlier box, which is the next turn of a loop. */
  readonly back: boolean;
}

/** Collects boxes and edges, each once, and the box that shows each node. */
export class Drawing {
  readonly boxes = new Map<string, Box>();
  readonly edges = new Map<string, Edge>();
  readonly boxOf = new Map<number, string>();
  readonly #order = new Map<string, number>();

  /** Adds a box, or counts one more node in it. */
  add(box: Omit<Box, 'count'>): void {
    const known = this.boxes.get(box.id);
    if (!known) this.#order.set(box.id, this.#order.size);
    this.boxes.set(box.id, known ? { ...known, count: known.count + 1 } : { ...box, count: 1 });
  }

  isMirror(id: string): boolean {
    return this.boxes.get(id)!.under !== undefined;
  }

  connect(edge: Omit<Edge, 'id' | 'back'>): void {
    const { from, to, kind, lane } = edge;
    if (from === to) return;
    const id = `${from} ${to} ${kind}${lane === undefined ? '' : ` ${lane}`}`;
    const back = kind === 'primal' && this.#order.get(from)! > this.#order.get(to)!;
    if (!this.edges.has(id)) this.edges.set(id, { ...edge, id, back });
  }
}

/** What all parts of a picture are made from. */
export interface Plan {
  readonly trace: Trace;
  readonly places: readonly Place[];
  readonly lanes: Lanes;
  readonly drawing: Drawing;
  /** True if the node shares a box with the others of its line. */
  readonly isClosed: (id: number) => boolean;
}

/** Returns the lane and the line of a node, where it has them. */
export function about({ trace, lanes }: Plan, id: number): Pick<Box, 'lane' | 'line'> {
  const lane = lanes.get(id);
  const line = trace.nodes[id]!.position?.line;
  return { ...(lane !== undefined && { lane }), ...(line !== undefined && { line }) };
}

/** Returns the inputs of a node as text, if some of them are numbers. */
export function operandsOf({ trace, places }: Plan, id: number): string {
  const { inputs, op } = trace.nodes[id]!;
  // An argument equals the number that is its input.
  if (op === 'argument' || inputs.every((x) => places[x]!.box !== undefined)) return '';
  return `(${inputs.map((x) => (places[x]!.box === undefined ? numberOf(trace, x) : '·')).join(', ')})`;
}

/** Returns the lane, or the number of lanes, of an edge that goes over some views to a node. */
export function railsOf(
  plan: Plan,
  source: number,
  via: readonly number[],
  to: number,
): Pick<Edge, 'lane' | 'strands'> {
  const { trace, lanes } = plan;
  const { op, shape } = trace.nodes[source]!;
  const taken = via.map((id) => laneTaken(trace, trace.nodes[id]!)).find((lane) => lane !== undefined);
  const lane = taken ?? lanes.get(source) ?? (op === 'fanOut' ? lanes.get(to) : undefined);
  if (lane !== undefined) return { lane };
  return op === 'fanOut' && shape[0]! > 1 ? { strands: shape[0]! } : {};
}
