import type { Trace } from 'cotangent/inspect';
import type { Arrival } from './drawing.ts';
import { inOrder } from './reach.ts';
import type { Scope } from './scope.ts';

/** What the sweeps of one level deliver, and who sent it. */
export interface Arrivals {
  readonly all: readonly Arrival[];
  /** What a sweep delivers to a node. */
  readonly at: (sweep: number | undefined, node: number | undefined) => Arrival | undefined;
  /** The arrival whose rule sent a term to a node; undefined if the sweep's caller gave it. */
  readonly sender: (to: Arrival, term: number) => Arrival | undefined;
}

/** Returns the arrivals of the sweeps of one level that a scope shows. */
export function arrivalsOf(trace: Trace, scope: Scope, level: number): Arrivals {
  const all = inOrder(scope.sweeps)
    .filter((s) => scope.levels[s] === level)
    .flatMap((s) => trace.sweeps[s]!.visits.map((v): Arrival => ({ ...v, sweep: s })));
  const byNode = new Map<string, Arrival>();
  const senders = new Map<string, Arrival>();
  for (const a of all) {
    byNode.set(`${a.sweep} ${a.node}`, a);
    trace.nodes[a.node]!.inputs.forEach((x, i) => {
      const key = `${a.sweep} ${x} ${a.shares[i] ?? ''}`;
      if (!senders.has(key)) senders.set(key, a);
    });
  }
  return {
    all,
    at: (sweep, node) => byNode.get(`${sweep} ${node}`),
    sender: (to, term) => senders.get(`${to.sweep} ${to.node} ${term}`),
  };
}

/**
 * Returns the arrivals that have a box. Where several nodes share a box, as a value and the views
 * of it do, that is the arrival at the earliest, because all that arrives at the others goes on to
 * it. Forward mode and vmap add nothing up, so their results are the nodes that their rules make.
 */
export function shownArrivals<K>(
  trace: Trace,
  all: readonly Arrival[],
  keyOf: (node: number) => K | undefined,
): ReadonlySet<Arrival> {
  const shown = new Map<string, Arrival>();
  for (const a of all) {
    const key = keyOf(a.node);
    if (key === undefined || trace.sweeps[a.sweep]!.mode !== 'reverse') continue;
    const known = shown.get(`${a.sweep} ${String(key)}`);
    if (!known || a.node < known.node) shown.set(`${a.sweep} ${String(key)}`, a);
  }
  return new Set(shown.values());
}

/** Returns the nodes that add up the terms of an arrival: those between the terms and their sum. */
export function sumOf({ nodes }: Trace, { terms, cotangent, sweep }: Arrival): readonly number[] {
  if (terms.length < 2) return [];
  const found = new Set<number>();
  const stack = [cotangent];
  while (stack.length > 0) {
    const id = stack.pop()!;
    if (terms.includes(id) || nodes[id]!.sweep !== sweep || found.has(id)) continue;
    found.add(id);
    stack.push(...nodes[id]!.inputs);
  }
  return [...found];
}

/**
 * Returns the node under which each node of the mirror stands: the one whose rule made it. What was
 * made outside of rules belongs to where it arrives, or else to its first user.
 */
export function ownersOf(trace: Trace, mirror: readonly number[], { all }: Arrivals): ReadonlyMap<number, number> {
  const owner = new Map<number, number>();
  const user = new Map<number, number>();
  const arrivesAt = new Map(all.flatMap((a) => [a.cotangent, ...a.terms].map((t) => [t, a.node] as const)));
  for (const id of mirror.toReversed()) {
    const found = trace.nodes[id]!.of ?? arrivesAt.get(id) ?? user.get(id);
    if (found === undefined) continue;
    owner.set(id, found);
    for (const x of trace.nodes[id]!.inputs) if (!user.has(x)) user.set(x, found);
  }
  return owner;
}
