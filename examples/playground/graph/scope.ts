import type { Position, Trace } from 'cotangent/inspect';
import { levelsOf } from './levels.ts';
import { ancestors } from './reach.ts';

/**
 * What can be looked at: the value that the program reads at one line, a sweep, or, if there are
 * neither, all that the program made.
 */
export interface Bookmark {
  readonly kind: 'read' | 'sweep' | 'all';
  readonly position?: Position;
  /** The nodes that are looked at: the latest one that the line read, or a sweep's results. */
  readonly nodes: readonly number[];
  /** How often the line was read. */
  readonly times: number;
}

/** The part of a trace that one bookmark shows. */
export interface Scope {
  readonly roots: readonly number[];
  readonly nodes: ReadonlySet<number>;
  /** The sweeps in it, as indices in `Trace.sweeps`. */
  readonly sweeps: ReadonlySet<number>;
  /** The level of each sweep of the trace; see `levelsOf`. */
  readonly levels: readonly number[];
  /** The highest level of the sweeps in it; 0 if there are none. */
  readonly order: number;
}

const keyOf = (p: Position | undefined): string => (p ? `${p.file}:${p.line}:${p.column}` : '');

/**
 * Returns what the trace can show, in the order of the program: its reads, where several reads at
 * one place are one, and then the sweeps that lead to none of them.
 */
export function bookmarksOf(trace: Trace): readonly Bookmark[] {
  const reads = new Map<string, Bookmark>();
  trace.reads.forEach((read, i) => {
    const key = keyOf(read.position) || `read ${i}`;
    const { position } = read;
    const times = (reads.get(key)?.times ?? 0) + 1;
    reads.set(key, { kind: 'read', nodes: [read.node], times, ...(position && { position }) });
  });
  const reached = ancestors(
    trace,
    trace.reads.map((r) => r.node),
  );
  const shown = new Set([...reached].map((id) => trace.nodes[id]!.sweep));
  const sweeps = new Map<string, Bookmark>();
  trace.sweeps.forEach((sweep, s) => {
    if (shown.has(s) || sweep.inside !== undefined || sweep.visits.length === 0) return;
    const { position } = sweep;
    const key = keyOf(position) || `sweep ${s}`;
    const nodes = sweep.inputs.flatMap((x) => sweep.visits.find((v) => v.node === x)?.cotangent ?? []);
    const times = (sweeps.get(key)?.times ?? 0) + 1;
    const roots = nodes.length > 0 ? nodes : sweep.outputs;
    sweeps.set(key, { kind: 'sweep', nodes: roots, times, ...(position && { position }) });
  });
  const found = [...reads.values(), ...sweeps.values()];
  return found.length > 0 || trace.nodes.length === 0 ? found : [{ kind: 'all', nodes: endsOf(trace), times: 1 }];
}

/** Returns the nodes that no other node is made from. */
function endsOf({ nodes }: Trace): readonly number[] {
  const used = new Set(nodes.flatMap((n) => n.inputs));
  return nodes.flatMap(({ id }) => (used.has(id) ? [] : [id]));
}

/**
 * Returns the nodes that belong to a bookmark: what its nodes depend on and, of each sweep among
 * those, all that the sweep differentiated and made.
 */
export function scopeOf(trace: Trace, roots: readonly number[]): Scope {
  const levels = levelsOf(trace);
  const made = new Map<number, number[]>();
  trace.nodes.forEach(({ id, sweep }) => {
    if (sweep === undefined) return;
    const ids = made.get(sweep);
    if (ids) ids.push(id);
    else made.set(sweep, [id]);
  });
  let nodes = ancestors(trace, roots);
  const sweeps = new Set<number>();
  for (;;) {
    const found = [...nodes].map((id) => trace.nodes[id]!.sweep).filter((s) => s !== undefined);
    const fresh = [...new Set(found)].filter((s) => !sweeps.has(s) && trace.sweeps[s]);
    if (fresh.length === 0) break;
    fresh.forEach((s) => sweeps.add(s));
    const more = fresh.flatMap((s) => {
      const { outputs, inputs, visits } = trace.sweeps[s]!;
      const visited = visits.flatMap((v) => [v.node, v.cotangent, ...v.terms, ...v.shares.filter((x) => x !== null)]);
      return [...outputs, ...inputs, ...visited, ...(made.get(s) ?? [])];
    });
    nodes = ancestors(trace, [...nodes, ...more]);
  }
  return { roots, nodes, sweeps, levels, order: Math.max(0, ...[...sweeps].map((s) => levels[s]!)) };
}

/**
 * Returns the bookmark to begin with: the first that shows a reverse sweep, because it is the
 * simplest derivative of the program, or else the last. Undefined if there are none.
 */
export function firstBookmark(trace: Trace, bookmarks: readonly Bookmark[]): Bookmark | undefined {
  const isReverse = (b: Bookmark): boolean =>
    [...scopeOf(trace, b.nodes).sweeps].some((s) => trace.sweeps[s]!.mode === 'reverse');
  return bookmarks.find(isReverse) ?? bookmarks.at(-1);
}
