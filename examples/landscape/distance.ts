import type { Pair } from './problems.ts';

/** Returns the distance from a point to a polyline, which may be a single point. */
export function distance([x, y]: Pair, line: readonly Pair[]): number {
  let least = Infinity;
  line.forEach(([ax, ay], i) => {
    const [bx, by] = line[i + 1] ?? [ax, ay];
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy;
    const at = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
    least = Math.min(least, Math.hypot(x - ax - at * dx, y - ay - at * dy));
  });
  return least;
}
