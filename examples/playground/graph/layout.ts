import dagre from '@dagrejs/dagre';
import type { Box, Edge } from './drawing.ts';
import type { Picture } from './picture.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a box lies: its upper left corner and its size. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly at: Readonly<Record<string, Rectangle>>;
  /** The way of each primal edge; other edges are drawn from box to box. */
  readonly ways: Readonly<Record<string, readonly Point[]>>;
}

export const boxWidth = 120;
const nodeHeight = 52;
const arrivalHeight = 34;
const columnGap = 36;
const rowGap = 18;
const mirrorGap = 12;
const axisGap = 34;

/** Returns the height of a box. Terms that are added up stand in a line of their own. */
export const heightOf = ({ kind, arrival }: Pick<Box, 'kind' | 'arrival'>): number =>
  kind !== 'arrival' ? nodeHeight : (arrival?.terms.length ?? 0) > 1 ? arrivalHeight + 22 : arrivalHeight;

/** Tells whether boxes of earlier lanes lie, on the whole, below those of later ones. */
function descends(middles: readonly { readonly lane: number | undefined; readonly y: number }[]): boolean {
  const placed = middles.filter((m) => m.lane !== undefined);
  const mean = (of: (m: (typeof placed)[number]) => number): number =>
    placed.reduce((s, m) => s + of(m), 0) / placed.length;
  const [lane, y] = [mean((m) => m.lane!), mean((m) => m.y)];
  return placed.reduce((s, m) => s + (m.lane! - lane) * (m.y - y), 0) < 0;
}

/** Places the boxes of one row of the primal from left to right. */
function placeRow(boxes: readonly Box[], edges: readonly Edge[]): Omit<Layout, 'width'> {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: rowGap, ranksep: columnGap, edgesep: 10, ranker: 'network-simplex' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(box.id, { width: boxWidth, height: heightOf(box) });
  const inside = edges.filter((e) => e.kind === 'primal' && !e.back && graph.hasNode(e.from) && graph.hasNode(e.to));
  for (const { from, to, id } of inside) graph.setEdge(from, to, {}, id);
  dagre.layout(graph);
  const at: Record<string, Rectangle> = {};
  for (const { id } of boxes) {
    const { x, y, width, height } = graph.node(id) as Rectangle;
    at[id] = { x: x - width / 2, y: y - height / 2, width, height };
  }
  const ways: Record<string, readonly Point[]> = {};
  for (const { from, to, id } of inside) ways[id] = (graph.edge(from, to, id) as { points: Point[] }).points;
  const height = boxes.reduce((y, { id }) => Math.max(y, at[id]!.y + at[id]!.height), 0);
  const middles = boxes.map(({ id, lane }) => ({ lane, y: at[id]!.y + at[id]!.height / 2 }));
  if (!descends(middles)) return { height, at, ways };
  // Upside down it is as good, and the first lane is above the others.
  for (const { id } of boxes) at[id] = { ...at[id]!, y: height - at[id]!.y - at[id]!.height };
  for (const id of Object.keys(ways)) ways[id] = ways[id]!.map(({ x, y }) => ({ x, y: height - y }));
  return { height, at, ways };
}

/**
 * Places the mirror of a row: the boxes under a box of the primal stand in its column, below the
 * row, one under the other. A column is in the reverse order of the primal's, so that the picture
 * looks like a reflection in water, and no two boxes overlap.
 */
function placeMirror(
  primal: readonly Rectangle[],
  under: (i: number) => readonly Box[],
  bottom: number,
): Record<string, Rectangle> {
  const at: Record<string, Rectangle> = {};
  const filled = new Map<number, number>();
  const upwards = primal.map((r, i) => ({ ...r, i })).sort((a, b) => b.y + b.height - (a.y + a.height) || a.i - b.i);
  for (const { x, y, height, i } of upwards) {
    const reflected = bottom + axisGap + (bottom - (y + height));
    let top = Math.max(reflected, filled.get(x) ?? 0);
    for (const box of under(i)) {
      at[box.id] = { x, y: top, width: boxWidth, height: heightOf(box) };
      top += heightOf(box) + mirrorGap;
      filled.set(x, top + rowGap - mirrorGap);
    }
  }
  return at;
}

/**
 * Places a picture: the rows one under the other, each with the primal from left to right above and
 * its mirror below. Where the primal lies does not depend on the mirror, as long as there is one
 * row.
 */
export function layoutOf({ boxes, edges }: Pick<Picture, 'boxes' | 'edges'>): Layout {
  const at: Record<string, Rectangle> = {};
  const ways: Record<string, readonly Point[]> = {};
  const under = new Map<string, Box[]>();
  for (const box of boxes) {
    if (box.under === undefined) continue;
    if (!under.has(box.under)) under.set(box.under, []);
    under.get(box.under)!.push(box);
  }
  const rows = new Set(boxes.map((b) => b.row));
  let top = 0;
  for (const row of [...rows].sort((a, b) => a - b)) {
    const primal = boxes.filter((b) => b.row === row && b.under === undefined);
    const placed = placeRow(primal, edges);
    const places = primal.map((b) => placed.at[b.id]!);
    const mirror = placeMirror(places, (i) => under.get(primal[i]!.id) ?? [], placed.height);
    const all = Object.entries({ ...placed.at, ...mirror });
    for (const [id, r] of all) at[id] = { ...r, y: r.y + top };
    for (const [id, points] of Object.entries(placed.ways)) ways[id] = points.map(({ x, y }) => ({ x, y: y + top }));
    top = Math.max(top, ...all.map(([id, { height }]) => at[id]!.y + height)) + axisGap;
  }
  const rectangles = Object.values(at);
  return {
    width: rectangles.reduce((w, r) => Math.max(w, r.x + r.width), 0),
    height: rectangles.reduce((h, r) => Math.max(h, r.y + r.height), 0),
    at,
    ways,
  };
}
