import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Trace } from 'cotangent/inspect';
import { eventsOf, nextStep, stateAt, type Event } from '../../examples/playground/graph/events.ts';
import { pictureOf } from '../../examples/playground/graph/picture.ts';
import { bookmarksOf, firstBookmark, scopeOf, type Scope } from '../../examples/playground/graph/scope.ts';
import { stepText } from '../../examples/playground/view/sentences.ts';
import { names, recorded, steps, traceOf } from './recorded.ts';

const first = (trace: Trace): Scope => scopeOf(trace, firstBookmark(trace, bookmarksOf(trace))!.nodes);

const playOf = (trace: Trace, level = 1): readonly Event[] => eventsOf(trace, first(trace), level);

test('a step back leads to the state from which the step came', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1 as const, 2 as const), fc.nat(), async (list, order, n) => {
      const events = playOf(await recorded(list, order), order);
      const at = n % (events.length + 1);
      const there = stateAt(events, at);
      expect(stateAt(events, nextStep(events, nextStep(events, at, 1), -1))).toEqual(
        at === events.length ? stateAt(events, events.length - 1) : there,
      );
      expect(stateAt(events, events.length + 5)).toEqual(stateAt(events, events.length));
    }),
    { numRuns: 30 },
  );
});

test('nothing is known before the first step, and all that has a box after the last', async () => {
  for (const name of names) {
    const trace = await traceOf(name);
    const scope = first(trace);
    for (let level = 0; level <= scope.order; level++) {
      const events = eventsOf(trace, scope, level);
      const { boxes, collapsed } = pictureOf(trace, scope, level);
      expect(stateAt(events, 0)).toEqual({ values: new Set(), arrived: new Map(), event: undefined });
      const { values, arrived } = stateAt(events, events.length);
      if (collapsed) continue;
      for (const { kind, node, arrival } of boxes) {
        if (kind === 'node') expect(values.has(node), `${name}: node ${node}`).toBe(true);
        if (arrival) expect(arrived.get(`${arrival.sweep} ${arrival.node}`)?.summed).toBe(true);
      }
    }
  }
});

test('a value comes after those it is computed from, and a cotangent after what is sent to it', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const trace = await recorded(list, 1);
      const events = playOf(trace);
      const when = new Map<number, number>();
      events.forEach((e, i) => e.made.forEach((id) => when.has(id) || when.set(id, i)));
      for (const e of events) {
        const at = events.indexOf(e);
        for (const id of e.made)
          for (const x of trace.nodes[id]!.inputs) expect(when.get(x) ?? -1).toBeLessThanOrEqual(when.get(id)!);
        if (e.kind === 'arrive') for (const t of e.arrival!.terms) expect(when.get(t) ?? -1).toBeLessThan(at);
      }
    }),
    { numRuns: 30 },
  );
});

test('where a value is used twice, both terms are seen before their sum, which is the cotangent', async () => {
  const trace = await traceOf('one derivative');
  const events = playOf(trace);
  const at = events.findIndex((e) => e.kind === 'sum');
  const { arrival, node } = events[at]!;
  expect(arrival!.terms).toHaveLength(2);
  const key = `${arrival!.sweep} ${node}`;
  expect(stateAt(events, at - 1).arrived.has(key)).toBe(false);
  expect(stateAt(events, at).arrived.get(key)).toMatchObject({ summed: false });
  expect(stateAt(events, at + 1).arrived.get(key)).toMatchObject({ summed: true });
  const value = (id: number): number => trace.nodes[id]!.values!.first[0]!;
  const [a, b] = arrival!.terms as [number, number];
  expect(value(a) + value(b)).toBe(value(arrival!.cotangent));
  expect(value(arrival!.cotangent)).toBeCloseTo(Math.tanh(0.5) + 0.5 * (1 - Math.tanh(0.5) ** 2), 14);
});

test('the events of a sweep are in the order of the sweep: arrival, sum, rule, shares', async () => {
  const order = ['arrive', 'sum', 'rule', 'leave'];
  for (const name of names) {
    const events = playOf(await traceOf(name));
    events.forEach((e, i) => {
      const before = events[i - 1];
      if (before?.arrival && before.arrival === e.arrival)
        expect(order.indexOf(before.kind)).toBeLessThan(order.indexOf(e.kind));
    });
  }
});

test('the play of one lane leaves out the events of the other, forwards and backwards', async () => {
  const events = playOf(await traceOf('two lanes'));
  expect(new Set(events.map((e) => e.lane))).toEqual(new Set([undefined, 0, 1]));
  for (const lane of [0, 1]) {
    const met: Event[] = [];
    for (let step = 0; step < events.length;) {
      step = nextStep(events, step, 1, lane);
      if (step < events.length) met.push(events[step - 1]!);
    }
    expect(met.length).toBeGreaterThan(5);
    for (const e of met) expect(e.lane ?? lane).toBe(lane);
  }
  expect(nextStep(events, 0, -1, 0)).toBe(0);
  expect(nextStep([], 0, 1)).toBe(0);
});

test('every step has a sentence, with its node and line, and a merge says what it is', async () => {
  const trace = await traceOf('two lanes');
  const texts = playOf(trace).map((e) => stepText(trace, e));
  for (const text of texts) expect(text).toMatch(/^[^.]{3,}.*\.$/);
  expect(texts.some((t) => /^fanOut, line \d+ merges its lanes by sign: /.test(t))).toBe(true);
  expect(stepText(trace, undefined)).toBe('Nothing is computed yet.');
});
