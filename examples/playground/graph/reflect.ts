import { arrivalsOf, ownersOf, shownArrivals, sumOf, type Arrivals } from './arrivals.ts';
import { about, operandsOf, railsOf, type Arrival, type Plan } from './drawing.ts';
import type { Scope } from './scope.ts';

/**
 * Draws the mirror: under each box of the primal one box for what arrives at its node, and one for
 * each node that its rule makes. Edges lead from a rule's results to where they arrive, and from
 * the values that a rule uses to the nodes that use them.
 */
export function reflect(plan: Plan, scope: Scope, level: number, mirror: readonly number[]): void {
  const arrivals = arrivalsOf(plan.trace, scope, level);
  const owners = ownersOf(plan.trace, mirror, arrivals);
  const boxOfArrival = drawArrivals(plan, arrivals);
  drawRules(plan, mirror, owners);
  const sourceOf = sources(plan, arrivals, boxOfArrival);
  connectRules(plan, mirror, owners, arrivals, sourceOf);
  connectShares(plan, arrivals, boxOfArrival, sourceOf);
}

type BoxOfArrival = (a: Arrival) => string | undefined;
type SourceOf = (id: number, a: Arrival | undefined) => string | undefined;

/** Draws a box for what arrives at each node. */
function drawArrivals(plan: Plan, { all }: Arrivals): BoxOfArrival {
  const { trace, drawing, isClosed } = plan;
  const primalOf = (node: number): string | undefined => {
    const under = drawing.boxOf.get(node);
    return under === undefined || drawing.isMirror(under) ? undefined : under;
  };
  const boxes = new Map<Arrival, string>();
  for (const a of shownArrivals(trace, all, primalOf)) {
    const under = drawing.boxOf.get(a.node)!;
    const { kind, node, row } = drawing.boxes.get(under)!;
    const closed = kind === 'line';
    const id = closed ? `${under}′` : `${under} sweep ${a.sweep}`;
    const own = closed ? ({ kind, node } as const) : ({ kind: 'arrival', node: a.node, arrival: a } as const);
    drawing.add({ id, under, row, operands: '', ...own, ...about(plan, a.node) });
    boxes.set(a, id);
    for (const sum of sumOf(trace, a)) drawing.boxOf.set(sum, id);
  }
  return (a) => {
    const under = drawing.boxOf.get(a.node);
    return under !== undefined && isClosed(a.node) ? `${under}′` : boxes.get(a);
  };
}

/** Draws a box for each node that a rule made, under the node whose rule it is. */
function drawRules(plan: Plan, mirror: readonly number[], owners: ReadonlyMap<number, number>): void {
  const { places, drawing } = plan;
  for (const id of mirror) {
    const { box } = places[id]!;
    if (box === undefined || drawing.boxOf.has(id)) continue;
    if (box !== id) {
      const holder = drawing.boxOf.get(box);
      if (holder !== undefined) drawing.boxOf.set(id, holder);
      continue;
    }
    const owner = owners.get(id);
    const under = owner === undefined ? undefined : drawing.boxOf.get(owner);
    if (owner === undefined || under === undefined) continue;
    const primal = drawing.boxes.get(under)!;
    const closed = primal.kind === 'line';
    const name = closed ? `${under}′` : `n${id}`;
    drawing.boxOf.set(id, name);
    const own = closed ? { operands: '', node: primal.node } : { operands: operandsOf(plan, id), node: id };
    drawing.add({ id: name, kind: primal.kind, under, row: primal.row, ...own, ...about(plan, owner) });
  }
}

/**
 * Returns a function that finds the box from which a value comes, where the rule that an arrival
 * calls uses it: the cotangent itself comes from the box of the arrival, although the rule of
 * another node may have made it.
 */
function sources({ trace, places, drawing }: Plan, arrivals: Arrivals, boxOfArrival: BoxOfArrival): SourceOf {
  const sourceOf: SourceOf = (id, a) => {
    for (let at = id; ; at = trace.nodes[at]!.inputs[0]!) {
      if (a && at === a.cotangent) {
        const box = boxOfArrival(a);
        if (box !== undefined) return box;
        const sender = arrivals.sender(a, at);
        return sender ? sourceOf(at, sender) : drawing.boxOf.get(at);
      }
      const { box } = places[at]!;
      if (box === at || box === undefined) return drawing.boxOf.get(id);
    }
  };
  return sourceOf;
}

function connectRules(
  plan: Plan,
  mirror: readonly number[],
  owners: ReadonlyMap<number, number>,
  arrivals: Arrivals,
  sourceOf: SourceOf,
): void {
  const { trace, places, drawing, lanes } = plan;
  for (const id of mirror) {
    const to = drawing.boxOf.get(id);
    if (to === undefined || places[id]!.box !== id || drawing.boxes.get(to)!.kind === 'arrival') continue;
    const { sweep, of, inputs } = trace.nodes[id]!;
    const lane = lanes.get(owners.get(id)!);
    const visit = arrivals.at(sweep, of);
    for (const x of inputs) {
      // A value of the primal may be the cotangent and be used by the partial derivative too. The
      // cotangent is what the rule multiplies last.
      const asCotangent = x !== visit?.cotangent || owners.has(x) || visit.shares.includes(id);
      const from = asCotangent ? sourceOf(x, visit) : drawing.boxOf.get(x);
      if (from === undefined) continue;
      const { via } = places[x]!;
      if (!drawing.isMirror(from)) drawing.connect({ from, to, via, kind: 'use' });
      else drawing.connect({ from, to, via, kind: 'cotangent', ...(lane !== undefined && { lane }) });
    }
  }
}

/** Connects what rules send, and what the caller of a sweep gives, to where it arrives. */
function connectShares(plan: Plan, arrivals: Arrivals, boxOfArrival: BoxOfArrival, sourceOf: SourceOf): void {
  const { trace, places, drawing } = plan;
  const connect = (
    term: number,
    from: string | undefined,
    to: string | undefined,
    source: number,
    at: number,
  ): void => {
    if (from === undefined || to === undefined) return;
    const kind = drawing.isMirror(from) ? 'cotangent' : 'use';
    drawing.connect({ from, to, via: places[term]!.via, kind, ...railsOf(plan, source, [], at) });
  };
  for (const a of arrivals.all) {
    const { inputs } = trace.nodes[a.node]!;
    a.shares.forEach((share, i) => {
      const target = arrivals.at(a.sweep, inputs[i]);
      if (share === null || !target) return;
      const [from, to] = [sourceOf(share, a), boxOfArrival(target)];
      const source = places[inputs[i]!]!.box ?? inputs[i]!;
      connect(share, from, to, source, a.node);
      // A share that is a number, or a value of the primal, has no edge from the rule that sent it.
      if (from === undefined || !drawing.isMirror(from)) connect(share, boxOfArrival(a), to, source, a.node);
    });
    for (const term of new Set(a.terms))
      if (!arrivals.sender(a, term)) connect(term, drawing.boxOf.get(term), boxOfArrival(a), a.node, a.node);
  }
}
