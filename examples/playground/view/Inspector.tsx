import type { Signal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { arrivalKey } from '../graph/events.ts';
import { arrivalsOf } from '../graph/arrivals.ts';
import { mergeData } from '../graph/mergeData.ts';
import { letterOf } from '../law/numbers.ts';
import type { Tab } from '../state/address.ts';
import type { GraphView } from '../state/graphView.ts';
import { Kernel, type Kernels } from './Kernel.tsx';
import type { MergeRequest } from '../run/trustedRequest.ts';
import { Merge } from './Merge.tsx';
import { Numbers } from './Numbers.tsx';
import { shapeText } from './number.ts';
import { Rule } from './Rule.tsx';
import { Tabs } from './Tabs.tsx';
import { nodeText } from './sentences.ts';

interface Props {
  readonly trace: Trace;
  readonly view: GraphView;
  readonly node: number | undefined;
  readonly element: number | undefined;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  readonly onSelect: (node: number) => void;
  readonly onElement: (element: number) => void;
  readonly kernels: Kernels | undefined;
  readonly device: Signal<string>;
  readonly merge: ((request: MergeRequest) => Promise<readonly number[]>) | undefined;
}

/** All that is known of the selected node. */
export function Inspector(props: Props): JSX.Element {
  const { trace, view, node, element, tab, onTab, onSelect, onElement, kernels, device, merge } = props;
  const { scope, level, play } = view;
  const { value: shown } = scope;
  const arrivals = useMemo(() => shown && arrivalsOf(trace, shown, level.value), [trace, shown, level.value]);
  if (node === undefined || !trace.nodes[node])
    return (
      <section class="inspector" aria-label="Inspector" data-test="inspector">
        <p class="inspector-empty">
          Select a node of the graph, or a line of the program, to see its number, its rule and its kernel.
        </p>
      </section>
    );
  const { name, shape, position, of } = trace.nodes[node];
  // What arrives at a view or an alias of a node arrives in its box.
  const box = view.picture.value?.boxOf.get(node);
  const inBoxes = view.picture.value?.boxes.flatMap((b) => (b.under === box && b.arrival ? [b.arrival] : [])) ?? [];
  const own = arrivals?.all.filter((a) => a.node === node && trace.sweeps[a.sweep]!.mode === 'reverse') ?? [];
  const here = own.length > 0 || box !== `n${node}` ? own : inBoxes;
  const { value: state } = play;
  const known = here.map((arrival) => {
    const arrived = state.arrived.get(arrivalKey(arrival)) ?? inBox(view, node, arrival.sweep);
    return {
      arrival,
      state: arrived === undefined ? ('waiting' as const) : arrived.summed ? ('sum' as const) : ('terms' as const),
    };
  });
  const forward = arrivals?.all.filter((a) => a.node === node && trace.sweeps[a.sweep]!.mode === 'forward') ?? [];
  const tabs: readonly Tab[] = ['Numbers', 'Rule', 'Kernel', ...(mergeData(trace, node) ? (['Merge'] as const) : [])];
  const lane = view.picture.value?.boxes.find((b) => b.id === view.picture.value?.boxOf.get(node))?.lane;
  return (
    <section class="inspector" aria-label="Inspector" data-test="inspector">
      <header class="inspector-head">
        <h2 class="inspector-title" data-test="inspected" data-node={node}>
          {name} <span class="quiet">{shapeText(shape)}</span>
          {lane === undefined ? null : <span class={`loss-letter loss-${(lane % 6) + 1}`}>{letterOf(lane)}</span>}
        </h2>
        <p class="caption">
          {view.names.value.get(node) ?? ''} {position ? `· line ${position.line}, column ${position.column}` : ''}
          {of === undefined ? '' : ` · made by the rule of ${nodeText(trace, of)}`}
        </p>
      </header>
      <Tabs names={tabs} current={tabs.includes(tab) ? tab : 'Numbers'} onChoose={onTab} label="Inspector">
        {(current) =>
          current === 'Numbers' ? (
            <Numbers
              trace={trace}
              node={node}
              arrivals={known}
              tangents={forward.map(({ cotangent: id }) => ({ id, isKnown: isKnown(view, id) }))}
              isKnown={isKnown(view, node)}
              element={element}
              onElement={onElement}
            />
          ) : current === 'Rule' ? (
            <Rule
              trace={trace}
              node={node}
              visits={here.length > 0 ? here : forward.length > 0 ? forward : visitsOf(trace, node)}
              isForward={here.length === 0 && forward.length > 0}
              onSelect={onSelect}
            />
          ) : current === 'Kernel' ? (
            <Kernel trace={trace} node={node} roots={shown?.roots ?? []} kernels={kernels} chosen={device} />
          ) : (
            <Merge trace={trace} node={node} merge={merge} />
          )
        }
      </Tabs>
    </section>
  );
}

/** A view of a node has no event of its own; it has arrived when what shares its box has. */
function inBox(view: GraphView, node: number, sweep: number): { readonly summed: boolean } | undefined {
  const { boxes, boxOf } = view.picture.value!;
  const under = boxOf.get(node);
  const shown = boxes.find((b) => b.under === under && b.arrival?.sweep === sweep)?.arrival;
  return shown && view.play.value.arrived.get(arrivalKey(shown));
}

/** A node without a box, such as a number or a view, is known when what it is made from is. */
function isKnown(view: GraphView, node: number): boolean {
  const { values } = view.play.value;
  if (values.has(node)) return true;
  const box = view.picture.value?.boxes.find((b) => b.id === view.picture.value!.boxOf.get(node));
  return box === undefined || box.kind === 'line' || (box.kind === 'node' && box.node !== node && values.has(box.node));
}

const visitsOf = (trace: Trace, node: number): Trace['sweeps'][number]['visits'] =>
  trace.sweeps.flatMap((s) => s.visits.filter((v) => v.node === node));
