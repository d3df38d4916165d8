import type { Trace, TracedNode } from 'cotangent/inspect';

type Check = (x: unknown) => boolean;
type Loose = Readonly<Record<string, unknown>>;

const text: Check = (x) => typeof x === 'string' && x.length <= 1e6;
const number: Check = (x) => typeof x === 'number';
const whole: Check = (x) => Number.isSafeInteger(x) && (x as number) >= 0;
const below =
  (end: number): Check =>
  (x) =>
    whole(x) && (x as number) < end;
const list =
  (item: Check): Check =>
  (x) =>
    Array.isArray(x) && x.every(item);
const orNone =
  (check: Check): Check =>
  (x) =>
    x === undefined || check(x);
const orNull =
  (check: Check): Check =>
  (x) =>
    x === null || check(x);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (x) =>
    typeof x === 'object' && x !== null && Object.entries(fields).every(([name, check]) => check((x as Loose)[name]));

const position = record({ file: text, line: whole, column: whole });
const values = record({
  first: (x) => list(number)(x) && (x as readonly number[]).length <= 64,
  count: whole,
  min: number,
  max: number,
  mean: number,
  nan: whole,
  infinite: whole,
});

/** What the page reads of the inputs and attributes of some operations. */
const needed: Readonly<Record<string, (node: Loose) => boolean>> = {
  signDrop: ({ inputs }) => (inputs as readonly number[]).length >= 3,
  fanOut: ({ inputs, shape }) => (inputs as readonly number[]).length === 1 && (shape as readonly number[]).length > 0,
  shrink: ({ inputs, attrs, shape }) => {
    const { start } = attrs as Loose;
    return (
      (inputs as readonly number[]).length === 1 &&
      list(whole)(start) &&
      (start as readonly number[]).length === (shape as readonly number[]).length
    );
  },
};

/** Tells whether a value from outside is a trace, with every id within its bounds. */
export function isTrace(value: unknown): value is Trace {
  if (!record({ version: (v) => v === 1, nodes: Array.isArray, sweeps: Array.isArray })(value)) return false;
  const { nodes, sweeps } = value as Trace;
  const id = below(nodes.length);
  const isNode = (x: unknown, index: number): boolean =>
    record({
      id: (i) => i === index,
      name: text,
      op: text,
      inputs: list(below(index)),
      shape: list(whole),
      attrs: record({}),
      position: orNone(position),
      sweep: orNone(below(sweeps.length)),
      of: orNone(id),
      values: orNone(values),
    })(x) && (Object.hasOwn(needed, (x as TracedNode).op) ? needed[(x as TracedNode).op]!(x as Loose) : true);
  const isSweep = record({
    mode: (mode) => mode === 'reverse' || mode === 'forward' || mode === 'vmap',
    transformation: text,
    position: orNone(position),
    inside: orNone(below(sweeps.length)),
    outputs: list(id),
    inputs: list(id),
    visits: list(
      record({
        node: id,
        terms: list(id),
        cotangent: id,
        shares: list(orNull(id)),
        partials: orNone(list(orNull(text))),
      }),
    ),
  });
  return record({
    nodes: () => nodes.every(isNode),
    sweeps: list(isSweep),
    rewrites: list(record({ pass: text, rule: text, before: text, after: text })),
    reads: list(record({ node: id, position: orNone(position) })),
    truncated: orNone(text),
  })(value);
}
