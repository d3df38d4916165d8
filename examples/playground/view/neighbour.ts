import type { Layout } from '../graph/layout.ts';
import type { Picture } from '../graph/picture.ts';

/**
 * Returns the box that an arrow key leads to: to the left and to the right along the edges, up and
 * down within the column. Undefined if there is none, or for another key.
 */
export function neighbour(picture: Picture, { at }: Layout, from: string, key: string): string | undefined {
  const here = at[from]!;
  const nearest = (ids: readonly string[]): string | undefined =>
    [...ids].sort((a, b) => Math.abs(at[a]!.y - here.y) - Math.abs(at[b]!.y - here.y))[0];
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const isBeyond = (id: string): boolean => (key === 'ArrowLeft' ? at[id]!.x < here.x - 1 : at[id]!.x > here.x + 1);
    const ends = picture.edges.flatMap((e) => (e.from === from ? [e.to] : e.to === from ? [e.from] : []));
    const linked = nearest(ends.filter(isBeyond));
    if (linked !== undefined) return linked;
    const beyond = picture.boxes.map((b) => b.id).filter(isBeyond);
    const closest = Math.min(...beyond.map((id) => Math.abs(at[id]!.x - here.x)));
    return nearest(beyond.filter((id) => Math.abs(at[id]!.x - here.x) <= closest + 1));
  }
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const column = picture.boxes.map((b) => b.id).filter((id) => Math.abs(at[id]!.x - here.x) < 1);
    return nearest(column.filter((id) => (key === 'ArrowUp' ? at[id]!.y < here.y : at[id]!.y > here.y)));
  }
  return undefined;
}
