import { useSignal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Bookmark } from '../graph/scope.ts';
import { nextStep } from '../graph/events.ts';
import type { GraphView } from '../state/graphView.ts';
import { Graph } from './Graph.tsx';
import { GraphList } from './GraphList.tsx';
import { counted } from './number.ts';
import { Stepper } from './Stepper.tsx';

interface Props {
  readonly trace: Trace;
  readonly view: GraphView;
  readonly selected: number | undefined;
  readonly onSelect: (node: number) => void;
  /** A line of the program, for the names of what can be looked at. */
  readonly sourceOf: (line: number) => string | undefined;
}

const levelNames = ['f', 'f′', 'f″', 'f‴'];

/** Writes the name of a derivative: f, f′, f″, f‴, f⁗. */
const levelName = (level: number): string =>
  levelNames[level] ?? `f⁽${[...String(level)].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]).join('')}⁾`;

/** Names what can be looked at by its line of the program. */
function bookmarkText({ kind, position, times }: Bookmark, sourceOf: Props['sourceOf']): string {
  if (kind === 'all') return 'all that the program made';
  const source = position && sourceOf(position.line)?.trim();
  const what = kind === 'read' ? 'what line' : 'the derivative of line';
  const where = position ? `${what} ${position.line}${kind === 'read' ? ' reads' : ''}` : 'a value';
  return `${where}${times > 1 ? ` (the last of ${times})` : ''}${source ? ` · ${source.slice(0, 48)}` : ''}`;
}

/** The graph of a program with its play: what is shown, which derivative, and the steps. */
export function GraphPane({ trace, view, selected, onSelect, sourceOf }: Props): JSX.Element {
  const scale = useSignal(1);
  const isList = useSignal(false);
  const pane = useRef<HTMLDivElement>(null);
  const { layout, picture, scope, level, play } = view;
  const order = scope.value?.order ?? 0;
  const placed = layout.value;
  const shown = isList.value || placed === null ? 'list' : 'picture';

  // A picture that is wider than its pane is made smaller, as long as it can be read.
  const fit = (): void => {
    const width = pane.current?.clientWidth ?? 0;
    if (placed && width > 0) scale.value = Math.min(1.15, Math.max(0.7, width / (placed.layout.width + 34)));
  };
  useEffect(fit, [placed?.picture.boxes.length, placed?.layout.width]);

  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.ctrlKey || e.metaKey || e.altKey || (e.target as Element).matches('select, input:not([type=range])')) return;
    const { value: events } = view.events;
    const { value: step } = view.step;
    const { value: lane } = view.lane;
    if (e.key === '[') view.setStep(nextStep(events, step, -1, lane));
    else if (e.key === ']') view.setStep(nextStep(events, step, 1, lane));
    else if (e.key === 'Home') view.setStep(0);
    else if (e.key === 'End') view.setStep(events.length);
    else return;
    e.preventDefault();
  };
  const open = (line: number): void => {
    const lines = new Set(view.opened.value);
    if (!lines.delete(line)) lines.add(line);
    view.opened.value = lines;
  };
  const { value: current } = picture;
  return (
    <section class="graph-pane" aria-label="Graph" onKeyDown={onKeyDown}>
      <div class="graph-bar">
        <select
          class="field-input graph-what"
          aria-label="What is shown"
          data-test="bookmark"
          value={view.bookmarks.value.indexOf(view.bookmark.value!)}
          onChange={(e) => view.choose(view.bookmarks.value[Number(e.currentTarget.value)]!)}
        >
          {view.bookmarks.value.map((b, i) => (
            <option value={i}>{bookmarkText(b, sourceOf)}</option>
          ))}
        </select>
        {order === 0 ? null : (
          <div class="choice" role="radiogroup" aria-label="Which derivative is shown">
            {Array.from({ length: order + 1 }, (_, l) => (
              <label class="choice-option">
                <input
                  type="radio"
                  name="level"
                  checked={l === level.value}
                  data-test={`level-${l}`}
                  onChange={() => view.setLevel(l)}
                />
                {levelName(l)}
              </label>
            ))}
          </div>
        )}
        <div class="graph-zoom">
          <button
            type="button"
            class="stepper-button"
            aria-pressed={shown === 'list'}
            data-test="as-list"
            onClick={() => (isList.value = !isList.value)}
          >
            {shown === 'list' ? 'picture' : 'list'}
          </button>
          <button
            type="button"
            class="stepper-button"
            aria-label="Smaller"
            onClick={() => (scale.value = Math.max(0.25, scale.value / 1.2))}
          >
            −
          </button>
          <button
            type="button"
            class="stepper-button"
            aria-label="Larger"
            onClick={() => (scale.value = Math.min(3, scale.value * 1.2))}
          >
            +
          </button>
        </div>
      </div>
      {trace.truncated === undefined ? null : (
        <p class="graph-note" data-test="truncated">
          The graph is not whole: {trace.truncated}.
        </p>
      )}
      {current?.collapsed ? (
        <p class="graph-note">
          {counted(scope.value?.nodes.size ?? 0, 'node')}, so each line of the program is one box. Select a box to open
          its line.
          {view.opened.value.size === 0 ? null : (
            <button type="button" class="graph-close" onClick={() => (view.opened.value = new Set())}>
              Close all lines
            </button>
          )}
        </p>
      ) : null}
      <div class="graph-scroll" ref={pane}>
        {placed === null && !isList.value ? (
          <p class="graph-note">Placing the boxes took too long, so the graph is shown as a list.</p>
        ) : null}
        {shown === 'list' ? (
          <GraphList trace={trace} lines={view.lines.value} selected={selected} onSelect={onSelect} />
        ) : placed ? (
          <Graph
            trace={trace}
            picture={placed.picture}
            layout={placed.layout}
            state={play.value}
            names={view.names.value}
            selected={selected}
            scale={scale.value}
            onSelect={onSelect}
            onOpen={open}
          />
        ) : null}
      </div>
      <Stepper
        trace={trace}
        events={view.events.value}
        step={view.step.value}
        lane={view.lane.value}
        onStep={view.setStep}
        onLane={(l) => (view.lane.value = l)}
      />
    </section>
  );
}
