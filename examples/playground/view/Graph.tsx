import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Box, Edge } from '../graph/drawing.ts';
import type { PlayState } from '../graph/events.ts';
import { letterOf } from '../law/numbers.ts';
import type { Layout, Rectangle } from '../graph/layout.ts';
import type { Picture } from '../graph/picture.ts';
import { neighbour } from './neighbour.ts';
import { boxLabel } from './sentences.ts';
import { BoxView } from './BoxView.tsx';
import { wayOf } from './way.ts';

interface Props {
  readonly trace: Trace;
  readonly picture: Picture;
  readonly layout: Layout;
  readonly state: PlayState;
  /** The names v0, v1, … of nodes. */
  readonly names: ReadonlyMap<number, string>;
  readonly selected: number | undefined;
  readonly scale: number;
  readonly onSelect: (node: number) => void;
  readonly onOpen: (line: number) => void;
}

const margin = 16;

/** Tells whether the step that was made last uses an edge. */
function isLit({ event }: PlayState, edge: Edge, boxes: ReadonlyMap<string, Box>): boolean {
  if (!event?.arrival || edge.kind === 'primal') return false;
  const end = boxes.get(event.kind === 'arrive' ? edge.to : edge.from);
  if (event.kind === 'rule') return event.made.includes(boxes.get(edge.to)?.node ?? -1);
  const { arrival, node } = end ?? {};
  const isHere = arrival?.node === event.node && arrival.sweep === event.arrival.sweep;
  if (event.kind === 'arrive') return isHere;
  return (
    event.kind === 'leave' &&
    boxes.get(edge.to)?.kind === 'arrival' &&
    (isHere || event.arrival.shares.includes(node ?? -1))
  );
}

/** The graph as a picture: what the program computes from left to right, and its mirror below. */
export function Graph(props: Props): JSX.Element {
  const { trace, picture, layout, state, names, selected, scale, onSelect, onOpen } = props;
  const root = useRef<SVGSVGElement>(null);
  const boxes = new Map(picture.boxes.map((b) => [b.id, b]));
  const chosen = selected === undefined ? undefined : picture.boxOf.get(selected);
  const first = chosen ?? picture.boxes[0]?.id;
  const width = layout.width + 2 * margin;
  const height = layout.height + 2 * margin;

  const elementOf = (id: string | undefined): SVGGElement | null =>
    id === undefined ? null : (root.current?.querySelector<SVGGElement>(`[data-box="${CSS.escape(id)}"]`) ?? null);
  // What is selected and what the play has reached are scrolled into view.
  const { event } = state;
  const reached = event && [...boxes.values()].find((b) => isReached(b, state))?.id;
  useEffect(() => elementOf(chosen)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [chosen]);
  useEffect(() => elementOf(reached)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [reached]);

  const act = (box: Box): void => {
    if (box.kind === 'line' && box.line !== undefined) onOpen(box.line);
    onSelect(box.node);
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    const here = (e.target as Element).closest('[data-box]')?.getAttribute('data-box');
    const box = here === null || here === undefined ? undefined : boxes.get(here);
    if (!box) return;
    if (e.key === 'Enter' || e.key === ' ') act(box);
    else {
      const next = neighbour(picture, layout, box.id, e.key);
      if (next === undefined) return;
      const to = elementOf(next);
      root.current?.querySelector('[data-box][tabindex="0"]')?.setAttribute('tabindex', '-1');
      to?.setAttribute('tabindex', '0');
      to?.focus();
    }
    e.preventDefault();
  };
  return (
    <svg
      ref={root}
      class="graph"
      data-test="graph"
      role="group"
      aria-label="The graph. Arrow keys follow its edges, Enter selects."
      width={width * scale}
      height={height * scale}
      viewBox={`${-margin} ${-margin} ${width} ${height}`}
      onKeyDown={onKeyDown}
    >
      <g class="graph-edges" aria-hidden="true">
        {picture.edges.map((edge) => (
          <EdgeView
            key={edge.id}
            edge={edge}
            d={wayOf(edge, layout, boxes)}
            lit={isLit(state, edge, boxes)}
            near={chosen !== undefined && (edge.from === chosen || edge.to === chosen)}
            known={isKnown(boxes.get(edge.from)!, state)}
          />
        ))}
      </g>
      {picture.boxes.map((box) => (
        <BoxView
          key={box.id}
          box={box}
          at={layout.at[box.id] as Rectangle}
          trace={trace}
          name={names.get(box.node) ?? ''}
          state={state}
          selected={box.id === chosen}
          beside={chosen !== undefined && box.under === chosen}
          reached={isReached(box, state)}
          tabIndex={box.id === first ? 0 : -1}
          label={boxLabel(trace, box, state)}
          onPress={() => act(box)}
        />
      ))}
    </svg>
  );
}

/** Tells whether the step that was made last is about a box. */
function isReached(box: Box, { event }: PlayState): boolean {
  if (!event || box.kind === 'line') return false;
  if (event.kind === 'value') return box.under === undefined && box.node === event.node;
  if (event.kind === 'rule') return box.kind === 'node' && event.made.includes(box.node);
  return box.kind === 'arrival' && box.arrival?.node === event.node && box.arrival.sweep === event.arrival?.sweep;
}

/** Tells whether the value of a box is known by now. */
function isKnown(box: Box, { values, arrived }: PlayState): boolean {
  if (box.arrival) return arrived.has(`${box.arrival.sweep} ${box.arrival.node}`);
  return box.kind === 'line' || values.has(box.node);
}

interface EdgeProps {
  readonly edge: Edge;
  readonly d: string;
  readonly lit: boolean;
  readonly near: boolean;
  readonly known: boolean;
}

function EdgeView({ edge, d, lit, near, known }: EdgeProps): JSX.Element {
  const { kind, lane, strands, back } = edge;
  const classes = ['graph-edge', `graph-edge-${kind}`];
  if (lane !== undefined) classes.push(`loss-${(lane % 6) + 1}`);
  if (lit) classes.push('graph-edge-lit');
  if (near) classes.push('graph-edge-near');
  if (back) classes.push('graph-edge-back');
  if (!known && kind === 'cotangent') classes.push('graph-edge-waiting');
  return (
    <g class={classes.join(' ')} data-edge={edge.id} data-lane={lane === undefined ? undefined : letterOf(lane)}>
      <path d={d} />
      {strands === undefined ? null : <path class="graph-edge-strands" d={d} />}
    </g>
  );
}
