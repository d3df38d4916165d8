import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import type { Box } from '../graph/drawing.ts';
import { arrivalKey, type PlayState } from '../graph/events.ts';
import { letterOf } from '../law/numbers.ts';
import type { Rectangle } from '../graph/layout.ts';
import { counted, shapeText } from './number.ts';
import { Strip } from './Strip.tsx';

interface Props {
  readonly box: Box;
  readonly at: Rectangle;
  readonly trace: Trace;
  readonly name: string;
  readonly state: PlayState;
  readonly selected: boolean;
  readonly beside: boolean;
  readonly reached: boolean;
  readonly tabIndex: number;
  readonly label: string;
  readonly onPress: () => void;
}

const inset = 10;

/** Writes a name over a bar: v̄3. */
export const barred = (name: string): string => (name === '' ? '' : `${name[0]!}̄${name.slice(1)}`);

/** A box of the graph. What has not arrived is shown as a dash. */
export function BoxView(props: Props): JSX.Element {
  const { box, at, selected, beside, reached, tabIndex, label, onPress } = props;
  const classes = ['graph-node', `graph-node-${box.kind}`];
  if (box.under !== undefined) classes.push('graph-node-mirror');
  if (box.lane !== undefined) classes.push(`loss-${(box.lane % 6) + 1}`);
  if (selected) classes.push('graph-node-selected');
  if (beside) classes.push('graph-node-beside');
  if (reached) classes.push('graph-node-reached');
  return (
    <g
      class={classes.join(' ')}
      transform={`translate(${at.x} ${at.y})`}
      data-box={box.id}
      data-test={`box-${box.kind}`}
      data-node={box.node}
      data-under={box.under}
      role="button"
      aria-pressed={selected}
      tabindex={tabIndex}
      onClick={onPress}
    >
      <text class="graph-said">{label}</text>
      <rect class="graph-node-frame" width={at.width} height={at.height} rx={box.kind === 'arrival' ? 16 : 6} />
      <g aria-hidden="true">
        {box.kind === 'arrival' ? (
          <ArrivalText {...props} />
        ) : box.kind === 'line' ? (
          <LineText {...props} />
        ) : (
          <NodeText {...props} />
        )}
      </g>
      {box.lane === undefined ? null : (
        <g class="graph-lane" aria-hidden="true" transform={`translate(${at.width} 0)`}>
          <circle r="7.5" />
          <text text-anchor="middle" dominant-baseline="central">
            {letterOf(box.lane)}
          </text>
        </g>
      )}
    </g>
  );
}

/** The most characters of a name with its operands that a box has room for. */
const mostLetters = 13;

/** Shortens the operands to the room beside the name. */
function operandsText({ operands }: Box, name: string): string {
  const room = mostLetters - name.length;
  return operands.length <= room ? operands : room < 4 ? '' : `${operands.slice(0, room - 1)}…`;
}

function NodeText({ box, at, trace, name, state }: Props): JSX.Element {
  const node = trace.nodes[box.node]!;
  const isKnown = state.values.has(box.node);
  const shape = shapeText(node.shape);
  const room = at.width - 2 * inset - (shape === '' ? 0 : shape.length * 5.4 + 6);
  return (
    <>
      <text class="graph-name" x={inset} y="17">
        {node.name}
        {box.operands === '' ? null : <tspan class="graph-operands"> {operandsText(box, node.name)}</tspan>}
      </text>
      <text class="graph-id" x={at.width - inset} y="17" text-anchor="end">
        {name}
      </text>
      {isKnown ? (
        <Strip values={node.values} x={inset} y={25} width={room} height={20} {...perLane(node.op, node.shape)} />
      ) : (
        <Dash x={inset} y={35} />
      )}
      {shape === '' ? null : (
        <text class="graph-shape" x={at.width - inset} y="39" text-anchor="end">
          {shape}
        </text>
      )}
    </>
  );
}

const perLane = (op: string, shape: readonly number[]): { perLane?: number } =>
  op === 'fanOut' ? { perLane: shape.slice(1).reduce((a, b) => a * b, 1) } : {};

function ArrivalText({ box, at, trace, name, state }: Props): JSX.Element {
  const { arrival } = box;
  const here = state.arrived.get(arrivalKey(arrival!));
  const { nodes } = trace;
  const middle = at.height - 17;
  const lanes = perLane(nodes[arrival!.node]!.op, nodes[arrival!.node]!.shape);
  const isSeveral = arrival!.terms.length > 1;
  const share = (at.width - 2 * inset - 20) / Math.min(2, arrival!.terms.length);
  return (
    <>
      <text class="graph-barred" x={inset + 2} y={middle} dominant-baseline="central">
        {barred(name)}
      </text>
      {here?.summed ? (
        <Strip
          values={nodes[arrival!.cotangent]!.values}
          x={40}
          y={middle - 9}
          width={at.width - 52}
          height={18}
          digits={5}
          {...lanes}
        />
      ) : (
        <Dash x={40} y={middle} />
      )}
      {!isSeveral ? null : here ? (
        <g class="graph-terms">
          {arrival!.terms.length > 2 ? (
            <text class="graph-shape" x={inset + 4} y="13" dominant-baseline="central">
              {arrival!.terms.length} terms
            </text>
          ) : (
            arrival!.terms.map((t, i) => (
              <Strip
                key={i}
                values={nodes[t]!.values}
                x={inset + 4 + i * (share + 14)}
                y={5}
                width={share - 4}
                height={16}
                digits={3}
                {...lanes}
              />
            ))
          )}
          {arrival!.terms.length > 2 ? null : (
            <text class="quiet" x={at.width / 2} y="13" text-anchor="middle" dominant-baseline="central">
              +
            </text>
          )}
          <line class="graph-sum-line" x1={inset + 2} x2={at.width - inset - 2} y1={23} y2={23} />
        </g>
      ) : (
        <Dash x={inset + 4} y={13} />
      )}
    </>
  );
}

function LineText({ box, trace, at }: Props): JSX.Element {
  const what = box.under === undefined ? counted(box.count, 'operation') : `${counted(box.count, 'node')} of the sweep`;
  return (
    <>
      <text class="graph-name" x={inset} y="20">
        {box.line === undefined ? trace.nodes[box.node]!.name : `line ${box.line}`}
      </text>
      <text class="graph-shape" x={inset} y="39">
        {what}
      </text>
      {box.under === undefined ? (
        <text class="graph-id" x={at.width - inset} y="20" text-anchor="end">
          open
        </text>
      ) : null}
    </>
  );
}

function Dash({ x, y }: { readonly x: number; readonly y: number }): JSX.Element {
  return (
    <text class="strip-text quiet" x={x} y={y} dominant-baseline="central">
      —
    </text>
  );
}
