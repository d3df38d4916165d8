import type { Trace } from 'cotangent/inspect';

/**
 * Returns the order of the derivative that each sweep computes: 1 for a sweep that visits nodes of
 * the program alone, and one more than the level of every sweep whose nodes it visits. A sweep that
 * runs during another one has the level of that one.
 */
export function levelsOf(trace: Trace): readonly number[] {
  const levels: number[] = [];
  trace.sweeps.forEach((sweep, s) => {
    if (sweep.inside !== undefined) {
      levels[s] = levels[sweep.inside] ?? 1;
      return;
    }
    let level = 1;
    for (const { node } of sweep.visits) {
      const before = trace.nodes[node]?.sweep;
      if (before !== undefined && before !== s) level = Math.max(level, (levels[before] ?? 0) + 1);
    }
    levels[s] = level;
  });
  return levels;
}
