import { isPlain, showAny } from '../graph/shape.ts';
import type { Trace } from './trace.ts';

/** The numbers that JSON cannot hold are written as { "number": "NaN" }. */
const isSpecial = (x: unknown): boolean => typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0));
const textOf = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** Returns a trace as JSON. `readTrace` reads it. */
export const writeTrace = (trace: Trace): string =>
  JSON.stringify(trace, (_, value: unknown) => (isSpecial(value) ? { number: textOf(value as number) } : value));

const revive = (_: string, value: unknown): unknown =>
  isPlain(value) && Object.keys(value).join() === 'number' && typeof (value as { number: unknown }).number === 'string'
    ? Number((value as { number: string }).number)
    : value;

type Test = (x: unknown) => boolean;

const text: Test = (x) => typeof x === 'string';
const count: Test = (x) => Number.isSafeInteger(x) && (x as number) >= 0;
const number: Test = (x) => typeof x === 'number';
const or =
  (a: Test, b: Test): Test =>
  (x) =>
    a(x) || b(x);
const nothing: Test = (x) => x === undefined;
const list =
  (of: Test): Test =>
  (x) =>
    Array.isArray(x) && x.every(of);
const fields =
  (tests: Readonly<Record<string, Test>>): Test =>
  (x) =>
    isPlain(x) && Object.entries(tests).every(([name, test]) => test((x as Record<string, unknown>)[name]));
const below =
  (n: number): Test =>
  (x) =>
    count(x) && (x as number) < n;

const position = or(nothing, fields({ file: text, line: count, column: count }));
const values = or(
  nothing,
  fields({ first: list(number), count, min: number, max: number, mean: number, nan: count, infinite: count }),
);

/** Throws, with the place, unless all items of a list pass a test. */
function check(trace: Readonly<Record<string, unknown>>, field: string, test: (i: number) => Test): void {
  const items = trace[field];
  if (!Array.isArray(items)) throw new Error(`readTrace: ${field} must be a list, got ${showAny(items)}`);
  const wrong = items.findIndex((item, i) => !test(i)(item));
  if (wrong >= 0)
    throw new Error(`readTrace: ${field}[${wrong}] is not as a trace has it, got ${showAny(items[wrong])}`);
}

/**
 * Reads a trace that `writeTrace` wrote. Throws, with the place, if the text is no trace: every id
 * names a node, and inputs come before their users.
 */
export function readTrace(json: string): Trace {
  let trace: Record<string, unknown>;
  try {
    trace = JSON.parse(json, revive) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`readTrace: the text must be a trace in JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isPlain(trace) || trace.version !== 1)
    throw new Error(`readTrace: a trace of version 1 is needed, got ${showAny(trace)}`);
  const lengthOf = (field: string): number => (Array.isArray(trace[field]) ? trace[field].length : 0);
  const [id, sweep] = [below(lengthOf('nodes')), below(lengthOf('sweeps'))];
  const ids = list(id);
  check(trace, 'nodes', (i) =>
    fields({
      id: (x) => x === i,
      name: text,
      op: text,
      inputs: list(below(i)),
      shape: list(count),
      attrs: isPlain,
      position,
      sweep: or(nothing, sweep),
      of: or(nothing, id),
      values,
    }),
  );
  const visit = fields({
    node: id,
    terms: ids,
    cotangent: id,
    shares: list(or(id, (x) => x === null)),
    partials: or(nothing, list(or(text, (x) => x === null))),
  });
  check(trace, 'sweeps', () =>
    fields({
      mode: (x) => x === 'reverse' || x === 'forward' || x === 'vmap',
      transformation: text,
      position,
      inside: or(nothing, sweep),
      outputs: ids,
      inputs: ids,
      visits: list(visit),
    }),
  );
  check(trace, 'rewrites', () => fields({ pass: text, rule: text, before: text, after: text }));
  check(trace, 'reads', () => fields({ node: id, position }));
  if (!or(nothing, text)(trace.truncated)) throw new Error('readTrace: truncated must be a text');
  return trace as unknown as Trace;
}
