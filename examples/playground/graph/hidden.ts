import type { Trace, TracedNode } from 'cotangent/inspect';

/** Operations that read their input at other places and compute nothing. They lie on edges. */
const views: ReadonlySet<string> = new Set(['reshape', 'permute', 'expand', 'shrink', 'flip']);

/** Operations that equal their input. They lie on edges too. */
const aliases: ReadonlySet<string> = new Set(['argument', 'stopGradient', 'barrier']);

const onEdge = (node: TracedNode): boolean => node.inputs.length > 0 && (views.has(node.op) || aliases.has(node.op));

/** Where the value of a node stands in the picture. */
export interface Place {
  /** The node whose box shows it; undefined for a number, which stands where it is used. */
  readonly box: number | undefined;
  /** The nodes on the edge between that box and this node, this one last. */
  readonly via: readonly number[];
}

const none: readonly number[] = [];

/**
 * Returns the place of each node. Views and aliases stand on the edge that leaves the box of their
 * input. A number and the views of a number have no box, except for an argument of a
 * transformation, which is an input of the picture.
 */
export function placesOf(trace: Trace): readonly Place[] {
  const places: Place[] = [];
  for (const node of trace.nodes) {
    const input = onEdge(node) ? places[node.inputs[0]!] : undefined;
    if (node.op === 'constant') places.push({ box: undefined, via: none });
    else if (input === undefined) places.push({ box: node.id, via: none });
    else if (input.box === undefined)
      places.push(node.op === 'argument' ? { box: node.id, via: none } : { box: undefined, via: none });
    else places.push({ box: input.box, via: [...input.via, node.id] });
  }
  return places;
}

/** Returns the number that a node without a box stands for, as text. */
export function numberOf(trace: Trace, id: number): string {
  let node = trace.nodes[id]!;
  while (node.op !== 'constant' && node.inputs.length > 0) node = trace.nodes[node.inputs[0]!]!;
  const { value } = node.attrs as { readonly value?: number };
  return String(value ?? node.values?.first[0] ?? '·');
}
