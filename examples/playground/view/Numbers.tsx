import type { Trace, Values } from 'cotangent/inspect';
import type { JSX } from 'preact';
import type { Arrival } from '../graph/drawing.ts';
import { counted, full, shapeText, short } from './number.ts';

interface Props {
  readonly trace: Trace;
  readonly node: number;
  /** What arrives at the node in the derivative that is shown, and whether it has by now. */
  readonly arrivals: readonly { readonly arrival: Arrival; readonly state: 'waiting' | 'terms' | 'sum' }[];
  /** The nodes that are tangents of the node in forward mode. */
  readonly tangents: readonly { readonly id: number; readonly isKnown: boolean }[];
  readonly isKnown: boolean;
  readonly element: number | undefined;
  readonly onElement: (element: number) => void;
}

/** The place of an element, as indices of the axes. */
function indexText(i: number, shape: readonly number[]): string {
  const at: number[] = [];
  let rest = i;
  for (const d of shape.toReversed()) {
    at.unshift(rest % d);
    rest = Math.floor(rest / d);
  }
  return at.join(', ');
}

/** A node's value and cotangent or tangent, by element. What has not arrived is a dash. */
export function Numbers({ trace, node, arrivals, tangents, isKnown, element, onElement }: Props): JSX.Element {
  const { values, shape } = trace.nodes[node]!;
  const columns: { readonly name: string; readonly values: Values | undefined; readonly known: boolean }[] = [
    { name: 'value', values, known: isKnown },
  ];
  for (const { arrival, state } of arrivals) {
    if (arrival.terms.length > 1)
      arrival.terms.forEach((t, i) =>
        columns.push({ name: `term ${i + 1}`, values: trace.nodes[t]!.values, known: state !== 'waiting' }),
      );
    columns.push({ name: 'cotangent', values: trace.nodes[arrival.cotangent]!.values, known: state === 'sum' });
  }
  for (const tangent of tangents)
    columns.push({ name: 'tangent', values: trace.nodes[tangent.id]!.values, known: tangent.isKnown });
  const rows = values?.first.length ?? 0;
  const told = columns.filter((c) => c.known && c.values && c.values.count > 1);
  return (
    <div class="numbers" data-test="numbers">
      <p class="caption">
        float64 {shape.length === 0 ? 'scalar' : shapeText(shape)}
        {values && values.count > rows ? `, the first ${rows} of ${values.count} elements` : ''}
      </p>
      {values ? null : (
        <p>This node has no value: it is an argument of a traced function, or its computation was too long.</p>
      )}
      {rows === 0 ? null : (
        <div class="numbers-scroll">
          <table class="numbers-table">
            <thead>
              <tr>
                {shape.length === 0 ? null : <th scope="col">position</th>}
                {columns.map((c) => (
                  <th scope="col">{c.name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {values!.first.map((_, i) => (
                <tr class={i === element ? 'selected' : ''} data-element={i} onClick={() => onElement(i)}>
                  {shape.length === 0 ? null : <th scope="row">{indexText(i, shape)}</th>}
                  {columns.map((c) => (
                    <Cell value={c.known ? c.values?.first[i] : undefined} name={c.name} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {told.map((c) => (
        <Summary name={c.name} values={c.values!} />
      ))}
    </div>
  );
}

function Cell({ value, name }: { readonly value: number | undefined; readonly name: string }): JSX.Element {
  const odd = value !== undefined && !Number.isFinite(value);
  return (
    <td class={odd ? 'numbers-odd' : ''} data-test={`number-${name}`} data-value={value}>
      {value === undefined ? '—' : full(value)}
    </td>
  );
}

function Summary({ name, values }: { readonly name: string; readonly values: Values }): JSX.Element {
  const { min, max, mean, nan, infinite, count } = values;
  const odd = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite`] : [])];
  return (
    <p class="caption number">
      {name}: {counted(count, 'element')}
      {Number.isNaN(min) ? ', none finite' : ` from ${short(min, 6)} to ${short(max, 6)}, mean ${short(mean, 6)}`}
      {odd.length === 0 ? null : <strong class="numbers-odd"> · {odd.join(', ')}</strong>}
    </p>
  );
}
