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
  const groups = new Map<string, Arrival[]>();
  for (const a of all) {
    const key = keyOf(a.node);
    if (key === undefined || trace.sweeps[a.sweep]!.mode !== 'reverse') continue;
    const group = `${a.sweep} ${String(key)}`;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group)!.push(a);
  }
  const shown = [...groups.values()].map((group) => {
    const earliest = group.reduce((a, b) => (b.node < a.node ? b : a));
    // An alias sends on what it gets; the terms are seen where they are added up.
    const same = group.filter((a) => a.cotangent === earliest.cotangent);
    return same.reduce((a, b) => (b.terms.length > a.terms.length ? b : a), earliest);
  });
  return new Set(shown);
}

/**
 * Returns the nodes that add up the terms of an arrival: of those made at its node, the ones that
 * the sum is made from. The sum of padded terms may be made from what was padded.
 */
export function sumOf({ nodes }: Trace, { terms, cotangent, sweep, node }: Arrival): readonly number[] {
  if (terms.length < 2) return [];
  const found = new Set<number>();
  const stack = [cotangent];
  while (stack.length > 0) {
    const id = stack.pop()!;
    const own = nodes[id]!;
    if (terms.includes(id) || own.sweep !== sweep || own.of !== node || found.has(id)) continue;
    found.add(id);
    stack.push(...own.inputs);
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
