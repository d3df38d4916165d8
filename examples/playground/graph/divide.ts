import type { Trace } from 'cotangent/inspect';
import { inOrder } from './reach.ts';
import type { Scope } from './scope.ts';

/** The nodes of a scope that one level of derivative shows. */
export interface Division {
  /** What the program computed, and the results of sweeps of lower levels; inputs come first. */
  readonly base: readonly number[];
  /** What the sweeps of this level made. */
  readonly mirror: readonly number[];
  /** The row of each node: a node that uses a result of a row's sweeps is in the next row. */
  readonly row: ReadonlyMap<number, number>;
}

/** Divides a scope for a level. A node that needs a sweep of a higher level is left out. */
export function divide(trace: Trace, scope: Scope, level: number): Division {
  const row = new Map<number, number>();
  const rowOfSweep = new Map<number, number>();
  const base: number[] = [];
  const mirror: number[] = [];
  const made = new Set<number>();
  const above = new Set<number>();
  for (const id of inOrder(scope.nodes)) {
    const { sweep, inputs } = trace.nodes[id]!;
    const own = sweep === undefined ? 0 : (scope.levels[sweep] ?? 0);
    if (own > level || inputs.some((x) => above.has(x))) above.add(id);
    else if (sweep !== undefined && own === level) {
      if (!rowOfSweep.has(sweep)) {
        const rows = trace.sweeps[sweep]!.visits.map((v) => row.get(v.node) ?? 0);
        rowOfSweep.set(
          sweep,
          rows.reduce((a, b) => Math.max(a, b), 0),
        );
      }
      row.set(id, rowOfSweep.get(sweep)!);
      mirror.push(id);
      made.add(id);
    } else {
      const rows = inputs.map((x) => (row.get(x) ?? 0) + (made.has(x) ? 1 : 0));
      row.set(
        id,
        rows.reduce((a, b) => Math.max(a, b), 0),
      );
      base.push(id);
    }
  }
  return { base, mirror, row };
}
