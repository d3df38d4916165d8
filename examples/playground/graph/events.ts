import type { Trace } from 'cotangent/inspect';
import { arrivalsOf, shownArrivals, sumOf } from './arrivals.ts';
import { divide } from './divide.ts';
import type { Arrival } from './drawing.ts';
import { placesOf } from './hidden.ts';
import { lanesOf } from './lanes.ts';
import type { Scope } from './scope.ts';

/**
 * One step of the play. A node gets its value; in a sweep, terms arrive at a node, they are added
 * up, the rule of the node makes nodes, and its shares leave for the inputs.
 */
export interface Event {
  readonly kind: 'value' | 'arrive' | 'sum' | 'rule' | 'leave';
  /** The node that gets its value, or that is visited. */
  readonly node: number;
  readonly arrival?: Arrival;
  /** The nodes that have a value from now on. */
  readonly made: readonly number[];
  readonly lane?: number;
}

/**
 * Returns the steps of a picture: the values of what is differentiated in the order in which the
 * program made them, and each sweep where the program ran it.
 */
export function eventsOf(trace: Trace, scope: Scope, level: number): readonly Event[] {
  const places = placesOf(trace);
  const lanes = lanesOf(trace);
  const { base, mirror } = divide(trace, scope, level);
  const laneOf = (node: number): { lane?: number } => {
    const lane = lanes.get(node);
    return lane === undefined ? {} : { lane };
  };
  const timed: (readonly [number, Event])[] = base
    .filter((id) => places[id]!.box === id)
    .map((id) => [id, { kind: 'value', node: id, made: [id], ...laneOf(id) }] as const);
  const rules = new Map<string, number[]>();
  const begins = new Map<number, number>();
  for (const id of mirror) {
    const { sweep, of } = trace.nodes[id]!;
    if (!begins.has(sweep!)) begins.set(sweep!, id);
    const key = `${sweep} ${of}`;
    if (!rules.has(key)) rules.set(key, []);
    rules.get(key)!.push(id);
  }
  const { all } = arrivalsOf(trace, scope, level);
  const shown = shownArrivals(trace, all, (id) => places[id]!.box);
  for (const arrival of all) {
    const { sweep, node, terms, cotangent, shares } = arrival;
    const isShown = shown.has(arrival);
    const time = begins.get(sweep) ?? Math.max(...trace.sweeps[sweep]!.outputs) + 0.5;
    const add = (kind: Event['kind'], made: readonly number[]): void =>
      void timed.push([time, { kind, node, arrival, made, ...laneOf(node) }]);
    const sum = isShown ? sumOf(trace, arrival) : [];
    const made = (rules.get(`${sweep} ${node}`) ?? []).filter((id) => !sum.includes(id));
    if (isShown) {
      add('arrive', []);
      if (terms.length > 1) add('sum', [...sum, cotangent]);
    }
    if (made.some((id) => places[id]!.box === id)) add('rule', made);
    // An argument sends on what it gets, within its own box.
    const sends = shares.some((s) => s !== null) && trace.nodes[node]!.op !== 'argument';
    if (isShown && sends) add('leave', []);
  }
  return timed
    .map(([time, event], i) => ({ time, event, i }))
    .sort((a, b) => a.time - b.time || a.i - b.i)
    .map(({ event }) => event);
}

/** What is known after some steps. */
export interface PlayState {
  /** The nodes that have their value. */
  readonly values: ReadonlySet<number>;
  /** What has arrived at each visited node, and whether it is added up; by sweep and node. */
  readonly arrived: ReadonlyMap<string, { readonly arrival: Arrival; readonly summed: boolean }>;
  /** The step that was made last. */
  readonly event: Event | undefined;
}

export const arrivalKey = ({ sweep, node }: Pick<Arrival, 'sweep' | 'node'>): string => `${sweep} ${node}`;

/** Returns what is known after the first `step` events. It depends on nothing else. */
export function stateAt(events: readonly Event[], step: number): PlayState {
  const values = new Set<number>();
  const arrived = new Map<string, { arrival: Arrival; summed: boolean }>();
  const past = events.slice(0, Math.max(0, step));
  for (const { kind, arrival, made } of past) {
    for (const id of made) values.add(id);
    if (!arrival) continue;
    if (kind === 'arrive') arrived.set(arrivalKey(arrival), { arrival, summed: arrival.terms.length < 2 });
    if (kind === 'sum') arrived.set(arrivalKey(arrival), { arrival, summed: true });
  }
  return { values, arrived, event: past.at(-1) };
}

/**
 * Returns the next step, in a direction, whose event belongs to a lane or to none; the last or
 * first one if there is no other.
 */
export function nextStep(events: readonly Event[], from: number, by: 1 | -1, lane?: number): number {
  const end = by > 0 ? events.length : 0;
  for (let step = from + by; by > 0 ? step < end : step > end; step += by) {
    const { lane: own } = events[step - 1]!;
    if (lane === undefined || own === undefined || own === lane) return step;
  }
  return end;
}
