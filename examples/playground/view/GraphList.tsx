import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import type { Line } from '../graph/lines.ts';

interface Props {
  readonly trace: Trace;
  readonly lines: readonly Line[];
  readonly selected: number | undefined;
  readonly onSelect: (node: number) => void;
}

/** More lines than this are not shown, because a page of a hundred thousand elements hangs. */
const mostLines = 1500;

/** The graph as text, in the order of `printGraph`: one button for each node. */
export function GraphList({ trace, lines, selected, onSelect }: Props): JSX.Element {
  const shown = lines.slice(0, mostLines);
  return (
    <div class="graph-list" data-test="graph-list">
      <ol>
        {shown.map(({ node, name, text }) => {
          const { sweep } = trace.nodes[node]!;
          const classes = ['graph-line'];
          if (sweep !== undefined) classes.push('graph-line-sweep');
          if (node === selected) classes.push('selected');
          return (
            <li key={node}>
              <button
                type="button"
                class={classes.join(' ')}
                aria-pressed={node === selected}
                data-node={node}
                onClick={() => onSelect(node)}
              >
                <span class="graph-line-name">{name}</span>
                {text}
              </button>
            </li>
          );
        })}
      </ol>
      {shown.length === lines.length ? null : (
        <p class="caption">
          These are the first {shown.length} of {lines.length} nodes.
        </p>
      )}
    </div>
  );
}
