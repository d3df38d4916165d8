import type { Box, Edge } from '../graph/drawing.ts';
import type { Layout, Point, Rectangle } from '../graph/layout.ts';

const round = (x: number): number => Math.round(x * 10) / 10;
const at = (p: Point): string => `${round(p.x)} ${round(p.y)}`;

/** Returns a path through points that is smooth at each of them. */
function through(points: readonly Point[]): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  let path = `M${at(first)}`;
  let from = first;
  for (const to of rest) {
    const bend = (to.x - from.x) / 2;
    path += `C${at({ x: from.x + bend, y: from.y })} ${at({ x: to.x - bend, y: to.y })} ${at(to)}`;
    from = to;
  }
  return path;
}

/** Returns the path between two boxes of one column: beside it if other boxes lie between them. */
function down(from: Rectangle, to: Rectangle, gap: number): string {
  const [start, end] = from.y < to.y ? [from.y + from.height, to.y] : [from.y, to.y + to.height];
  const middle = from.x + from.width / 2;
  if (Math.abs(end - start) <= gap) return `M${at({ x: middle, y: start })}L${at({ x: middle, y: end })}`;
  const right = from.x + from.width;
  const [a, b] = [from.y + from.height / 2, to.y + to.height / 2];
  return `M${at({ x: right, y: a })}C${at({ x: right + 16, y: a })} ${at({ x: right + 16, y: b })} ${at({ x: right, y: b })}`;
}

/** Returns the path of an edge. */
export function wayOf(edge: Edge, { at: places, ways }: Layout, boxes: ReadonlyMap<string, Box>): string {
  const [from, to] = [places[edge.from]!, places[edge.to]!];
  const middle = (r: Rectangle): number => r.y + r.height / 2;
  const way = ways[edge.id];
  // The ends lie at the middle of the boxes' sides.
  if (way) {
    const ends = [{ x: from.x + from.width, y: middle(from) }, ...way.slice(1, -1), { x: to.x, y: middle(to) }];
    return through(ends);
  }
  if (edge.back) {
    const low = Math.max(from.y + from.height, to.y + to.height) + 22;
    const [a, b] = [from.x + from.width * 0.6, to.x + to.width * 0.4];
    return `M${at({ x: a, y: from.y + from.height })}C${at({ x: a, y: low })} ${at({ x: b, y: low })} ${at({ x: b, y: to.y + to.height })}`;
  }
  if (Math.abs(from.x - to.x) < 1) {
    const isMirror = boxes.get(edge.from)?.under !== undefined && boxes.get(edge.to)?.under !== undefined;
    return down(from, to, isMirror ? 30 : 40);
  }
  const isLeft = to.x < from.x;
  return through([
    { x: isLeft ? from.x : from.x + from.width, y: middle(from) },
    { x: isLeft ? to.x + to.width : to.x, y: middle(to) },
  ]);
}
