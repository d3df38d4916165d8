import type { Trace, Values } from 'cotangent/inspect';
import type { Box } from '../graph/drawing.ts';
import { arrivalKey, type Event, type PlayState } from '../graph/events.ts';
import { letterOf } from '../law/numbers.ts';
import { counted, shapeText, short } from './number.ts';

/** Says what a value is: its number, or the first elements and the shape. */
export function valueText(values: Values | undefined, shape: readonly number[]): string {
  if (!values) return 'not known';
  if (values.count === 1) return short(values.first[0]!);
  const some = values.first.slice(0, 4).map((v) => short(v));
  const odd = [
    ...(values.nan > 0 ? [`${values.nan} NaN`] : []),
    ...(values.infinite > 0 ? [`${values.infinite} infinite`] : []),
  ];
  const list = `${some.join(', ')}${values.count > 4 ? ', …' : ''}`;
  return `(${list})${values.count > 4 ? ` of shape ${shapeText(shape)}` : ''}${odd.length > 0 ? ` with ${odd.join(' and ')}` : ''}`;
}

const valueOf = (trace: Trace, id: number): string => {
  const { values, shape } = trace.nodes[id]!;
  return valueText(values, shape);
};

/** Says which node is meant: `tanh, line 8`. */
export function nodeText(trace: Trace, id: number): string {
  const { op, name: own, position } = trace.nodes[id]!;
  const name = op === 'argument' ? 'the argument' : own;
  return position ? `${name}, line ${position.line}` : name;
}

const laneText = (lane: number | undefined): string => (lane === undefined ? '' : ` of loss ${letterOf(lane)}`);

const listed = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

/** Says in one sentence what a step does. */
export function stepText(trace: Trace, event: Event | undefined): string {
  // Names of operations keep their letters.
  return sentenceOf(trace, event).replace(/^the /, 'The ');
}

function sentenceOf(trace: Trace, event: Event | undefined): string {
  if (!event) return 'Nothing is computed yet.';
  const { kind, node, arrival, made, lane } = event;
  const what = nodeText(trace, node);
  if (kind === 'value') return `${what}: value ${valueOf(trace, node)}.`;
  const { terms, cotangent, shares, partials, sweep } = arrival!;
  const isForward = trace.sweeps[sweep]!.mode !== 'reverse';
  if (kind === 'arrive')
    return terms.length === 1
      ? `The cotangent${laneText(lane)} arrives at ${what}: ${valueOf(trace, terms[0]!)}.`
      : `${terms.length} terms arrive at ${what}: ${listed(terms.map((t) => valueOf(trace, t)))}.`;
  if (kind === 'sum') return `They add up to ${valueOf(trace, cotangent)}, the cotangent of ${what}.`;
  if (kind === 'rule') {
    const used = partials?.filter((p) => p !== null) ?? [];
    const merge = made.map((id) => trace.nodes[id]!).find((n) => n.op === 'signDrop');
    const by = used.length > 0 ? `, ${listed(used)},` : '';
    if (merge) return `${what} merges its lanes by sign: ${valueOf(trace, merge.id)}.`;
    return `The rule of ${what}${by} makes ${counted(made.length, 'node')}${isForward ? `: ${valueOf(trace, cotangent)}` : ''}.`;
  }
  const sent = trace.nodes[node]!.inputs.flatMap((x, i) => {
    const share = shares[i];
    return share === null || share === undefined
      ? []
      : [`${valueOf(trace, share)} to ${nodeText(trace, x).split(',')[0]!}`];
  });
  return `${what} sends ${listed(sent)}.`;
}

/** What a screen reader says of a box. */
export function boxLabel(trace: Trace, box: Box, { values, arrived }: PlayState): string {
  const what = nodeText(trace, box.node);
  if (box.kind === 'line')
    return `Line ${box.line ?? '?'}, ${counted(box.count, 'node')}${box.under === undefined ? '; Enter opens it' : ' of the sweep'}`;
  const loss = laneText(box.lane);
  if (box.kind === 'node')
    return `${what}${box.operands}${loss}: ${values.has(box.node) ? `value ${valueOf(trace, box.node)}` : 'not computed yet'}`;
  const here = arrived.get(arrivalKey(box.arrival!));
  const { terms, cotangent } = box.arrival!;
  if (!here) return `Cotangent${loss} of ${what}: not arrived yet`;
  if (!here.summed) return `Terms at ${what}: ${listed(terms.map((t) => valueOf(trace, t)))}, not added up yet`;
  return `Cotangent${loss} of ${what}: ${valueOf(trace, cotangent)}`;
}
