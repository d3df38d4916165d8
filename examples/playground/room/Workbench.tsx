import { useSignal, type Signal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { layoutSoon } from '../graph/layoutSoon.ts';
import { graphView } from '../state/graphView.ts';
import { GraphPane } from '../view/GraphPane.tsx';
import { Inspector, type InspectorTab } from '../view/Inspector.tsx';
import type { KernelText } from '../view/Kernel.tsx';
import type { MergeRequest } from '../view/Merge.tsx';

interface Selection {
  readonly node?: number;
  readonly lane?: number;
  readonly element?: number;
}

interface Props {
  readonly program: Signal<string>;
  readonly trace: Signal<Trace | undefined>;
  readonly selection: Signal<Selection>;
  readonly step: Signal<number>;
  readonly kernels: (request: { readonly node: number; readonly device: string }) => Promise<readonly KernelText[]>;
  readonly merge: ((request: MergeRequest) => Promise<readonly number[]>) | undefined;
  readonly editor: ComponentChildren;
  readonly console: ComponentChildren;
}

const panes = ['program', 'graph', 'inspector', 'console'] as const;
type Pane = (typeof panes)[number];

/** The program, its graph with the play, what is known of the selected node, and the console. */
export function Workbench(props: Props): JSX.Element {
  const { program, trace, selection, step, kernels, merge } = props;
  const view = useMemo(() => graphView(trace, step, layoutSoon), [trace, step]);
  const pane = useSignal<Pane>('graph');
  const tab = useSignal<InspectorTab>('Numbers');
  const { value: shown } = trace;
  const select = (node: number): void => {
    if (node !== selection.value.node) selection.value = { ...selection.value, node };
  };
  return (
    <div class="workbench" data-test="workbench" data-pane={pane.value}>
      <div class="tabs workbench-panes" role="group" aria-label="What is in view">
        {panes.map((p) => (
          <button
            type="button"
            class="tab"
            data-pane={p}
            aria-pressed={p === pane.value}
            aria-selected={p === pane.value}
            onClick={() => (pane.value = p)}
          >
            {p}
          </button>
        ))}
      </div>
      <div class="workbench-program">{props.editor}</div>
      <div class="workbench-graph">
        {shown ? (
          <GraphPane
            trace={shown}
            view={view}
            selected={selection.value.node}
            onSelect={select}
            sourceOf={(line) => program.value.split('\n')[line - 1]}
          />
        ) : (
          <p class="workbench-empty">Run the program to see its graph.</p>
        )}
      </div>
      <div class="workbench-inspector">
        {shown ? (
          <Inspector
            trace={shown}
            view={view}
            node={selection.value.node}
            element={selection.value.element}
            tab={tab.value}
            onTab={(t) => (tab.value = t)}
            onSelect={select}
            onElement={(element) => (selection.value = { ...selection.value, element })}
            kernels={kernels}
            merge={merge}
          />
        ) : null}
      </div>
      <div class="workbench-console">{props.console}</div>
    </div>
  );
}
