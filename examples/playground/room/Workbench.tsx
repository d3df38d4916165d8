import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { layoutSoon } from '../graph/layoutSoon.ts';
import { nodeAtLine } from '../graph/nodeAtLine.ts';
import { graphView } from '../state/graphView.ts';
import { nodeOfSpot, spotOfNode } from '../state/spot.ts';
import type { Store } from '../state/store.ts';
import { Bench } from '../view/Bench.tsx';
import { GraphPane } from '../view/GraphPane.tsx';
import { Guarded } from '../view/Guarded.tsx';
import { Inspector } from '../view/Inspector.tsx';
import './workbench.css';

const panes = ['program', 'graph', 'inspector'] as const;
type Pane = (typeof panes)[number];

/** The program, its graph with the play, and what is known of the selected node. */
export function Workbench({ store }: { readonly store: Store }): JSX.Element {
  const { program, trace, ran, selection, step, device, tab, choice, session } = store;
  const view = useMemo(() => graphView(trace, step, choice, layoutSoon), [trace, step, choice]);
  const pane = useSignal<Pane>('graph');
  const { value: shown } = trace;
  const select = (node: number): void => {
    if (node !== selection.value.node) selection.value = { node };
  };

  // When the program has run again, what was selected is selected at the same place.
  const before = useRef<Trace | undefined>(undefined);
  useSignalEffect(() => {
    const [old, now] = [before.current, trace.value];
    before.current = now;
    const { node } = selection.peek();
    if (!old || old === now || node === undefined) return;
    const spot = spotOfNode(old, node);
    const again = now && spot ? nodeOfSpot(now, spot) : undefined;
    selection.value = again === undefined ? {} : { node: again };
  });
  const lines = useComputed(() => {
    const { node } = selection.value;
    // The places of a trace are those of the text that ran.
    if (ran.value !== program.value) return [];
    const line = node === undefined ? undefined : trace.value?.nodes[node]?.position?.line;
    return line === undefined ? [] : [line];
  });
  const onLine = (line: number): void => {
    const picture = view.picture.value;
    if (!shown || !picture || ran.value !== program.value || lines.value.includes(line)) return;
    const node = nodeAtLine(shown, picture, line);
    if (node !== undefined) select(node);
  };
  return (
    <div class="workbench" data-test="workbench" data-pane={pane.value}>
      <div class="tabs workbench-panes" role="group" aria-label="What is in view">
        {panes.map((p) => (
          <button
            type="button"
            class="tab"
            key={p}
            data-pane={p}
            data-test={`pane-${p}`}
            aria-pressed={p === pane.value}
            onClick={() => (pane.value = p)}
          >
            {p}
          </button>
        ))}
      </div>
      <div class="workbench-program">
        <Bench store={store} onLine={onLine} lines={lines.value} />
      </div>
      <div class="workbench-graph">
        {shown && shown.nodes.length === 0 ? (
          <p class="workbench-empty">The program made no tensor, so there is no graph.</p>
        ) : shown ? (
          <Guarded trace={shown}>
            <GraphPane
              trace={shown}
              view={view}
              selected={selection.value.node}
              onSelect={select}
              sourceOf={(line) => ran.value.split('\n')[line - 1]}
            />
          </Guarded>
        ) : (
          <p class="workbench-empty">
            {session.status.value === 'running' ? 'The program runs…' : 'Run the program to see its graph.'}
          </p>
        )}
      </div>
      <div class="workbench-inspector">
        {shown ? (
          <Guarded trace={shown}>
            <Inspector
              trace={shown}
              view={view}
              node={selection.value.node}
              element={selection.value.element}
              tab={tab.value}
              onTab={(t) => (tab.value = t)}
              onSelect={select}
              onElement={(element) => (selection.value = { ...selection.value, element })}
              kernels={session.kernels}
              device={device}
              merge={session.merge}
            />
          </Guarded>
        ) : null}
      </div>
    </div>
  );
}
