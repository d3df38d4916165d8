import { useSignal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { mergeData, type MergeData } from '../graph/mergeData.ts';
import { choiceOf, groupsOfMerge, type MergeChoice } from '../graph/mergeLaw.ts';
import { plain } from '../law/numbers.ts';
import { uniform } from '../law/uniform.ts';
import * as arithmetic from 'virtual:arithmetic';
import { keepOf } from '../graph/keepOf.ts';
import { KeepCurve } from './KeepCurve.tsx';
import type { MergeRequest } from '../run/trustedRequest.ts';
import { MergeControls } from './MergeControls.tsx';
import { LawTable, MergeGroups } from './MergeGroups.tsx';

interface Props {
  readonly trace: Trace;
  readonly node: number;
  /** Merges by the engine; the result has one number for each position. */
  readonly merge: ((request: MergeRequest) => Promise<readonly number[]>) | undefined;
}

/** The GradDrop merge at a node: its law, and what one draw gives. */
export function Merge({ trace, node, merge }: Props): JSX.Element {
  const data = useMemo(() => mergeData(trace, node), [trace, node]);
  if (!data)
    return (
      <div class="merge" data-test="merge">
        <p>
          GradDrop merges no lanes here. Select a <code>fanOut</code>, or the <code>signDrop</code> under it.
        </p>
      </div>
    );
  const own = data.keep === undefined ? undefined : keepOf(data.keep, arithmetic);
  if (data.keep !== undefined && !own)
    return (
      <div class="merge" data-test="merge">
        <p>The keep function of this merge is not readable, so its law is not known.</p>
      </div>
    );
  return <MergeOf key={data.merge} data={data} own={own} merge={merge} />;
}

const mostGroups = 32;

interface MergeProps extends Pick<Props, 'merge'> {
  readonly data: MergeData;
  /** The program's own keep function. */
  readonly own: ((purity: number) => number) | undefined;
}

function MergeOf({ data, own, merge }: MergeProps): JSX.Element {
  const choice = useSignal(choiceOf(data));
  const seed = useSignal<number | undefined>(undefined);
  const byHand = useSignal<Readonly<Record<number, number>>>({});
  const chosen = useSignal(0);
  const engine = useSignal<readonly number[] | undefined>(undefined);
  const groups = groupsOfMerge(data, choice.value, own);
  const drawAt = (i: number): number =>
    byHand.value[i] ?? (seed.value === undefined ? (data.draws[i] ?? uniform(1, 0, i)) : uniform(seed.value, 0, i));
  const draws = groups.map((_, i) => drawAt(i));
  const at = Math.min(chosen.value, groups.length - 1);
  const group = groups[at];
  const f = own ?? ((purity: number): number => choice.value.k * (purity - 0.5) + 0.5);

  // The engine merges the same lanes with the same draws; what it returns is shown beside the law.
  useEffect(() => {
    // The program's own keep function stays in its sandbox.
    if (!merge || data.missing > 0 || data.keep !== undefined) return;
    let isOld = false;
    const { gradients, shape, inputs } = data;
    // A slider that moves asks for its last place only.
    const timer = setTimeout(() => {
      void merge({ gradients, shape, inputs, choice: choice.value, draws }).then(
        (result) => void (isOld || (engine.value = result)),
        () => void (isOld || (engine.value = undefined)),
      );
    }, 80);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [merge, choice.value, draws.join()]);

  if (!group)
    return (
      <div class="merge" data-test="merge">
        <p>
          Signs are summed over {data.missing + (data.gradients[0]?.length ?? 0)} positions, and the trace has the first{' '}
          {data.gradients[0]?.length ?? 0} of each loss. Read a smaller batch to see its law.
        </p>
      </div>
    );
  const set = (change: Partial<MergeChoice>): void => {
    choice.value = { ...choice.value, ...change };
    if (change.axes) byHand.value = {};
  };
  return (
    <div class="merge" data-test="merge">
      <MergeGroups
        groups={groups.slice(0, mostGroups)}
        draws={draws}
        chosen={at}
        shape={data.shape}
        axes={choice.value.axes}
        onChoose={(i) => (chosen.value = i)}
      />
      {groups.length > mostGroups ? (
        <p class="caption">
          The first {mostGroups} of {groups.length} are shown.
        </p>
      ) : null}
      {data.missing > 0 ? (
        <p class="caption">
          The trace has the first {data.gradients[0]!.length} positions; {data.missing} more are not shown.
        </p>
      ) : null}
      <div class="merge-detail">
        <KeepCurve purity={group.law.purity} f={f} draw={draws[at]!} keep={group.law.keep} />
        <LawTable group={group} draw={draws[at]!} />
      </div>
      {engine.value && data.missing === 0 ? (
        <p class="caption number">
          The engine returns{' '}
          <output data-test="engine-result">{group.positions.map((p) => plain(engine.value![p]!)).join(', ')}</output>{' '}
          for this draw.
        </p>
      ) : null}
      <MergeControls
        data={data}
        choice={choice.value}
        draw={draws[at]!}
        onChoice={set}
        onDraw={(u) => (byHand.value = { ...byHand.value, [at]: u })}
      />
      <div class="merge-buttons">
        <button
          type="button"
          class="button"
          data-test="reseed"
          onClick={() => ((seed.value = (seed.value ?? 0) + 1), (byHand.value = {}))}
        >
          Draw again
        </button>
        <button
          type="button"
          class="button button-plain"
          data-test="merge-reset"
          onClick={() => ((choice.value = choiceOf(data)), (seed.value = undefined), (byHand.value = {}))}
        >
          As in the program
        </button>
      </div>
      {data.draws.length === 0 ? (
        <p class="caption">The trace has no draw of the program, so these are draws of the page.</p>
      ) : null}
    </div>
  );
}
