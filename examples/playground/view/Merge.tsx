import { useSignal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { mergeData, type MergeData } from '../graph/mergeData.ts';
import { choiceOf, groupsOfMerge, type MergeChoice, type MergeGroup } from '../graph/mergeLaw.ts';
import { letterOf, plain, share, signed } from '../law/numbers.ts';
import { uniform } from '../law/uniform.ts';
import { KeepCurve } from './KeepCurve.tsx';
import { Slider } from './Slider.tsx';
import { StackedBar } from './StackedBar.tsx';

/** What the engine is asked to merge: the recorded lanes, with the reader's options. */
export interface MergeRequest {
  readonly gradients: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly inputs: readonly number[] | undefined;
  readonly choice: MergeChoice;
  /** The draw of each group. */
  readonly draws: readonly number[];
}

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
  return <MergeOf key={data.merge} data={data} merge={merge} />;
}

const mostGroups = 32;

function MergeOf({ data, merge }: { readonly data: MergeData; readonly merge: Props['merge'] }): JSX.Element {
  const choice = useSignal(choiceOf(data));
  const seed = useSignal<number | undefined>(undefined);
  const byHand = useSignal<Readonly<Record<number, number>>>({});
  const chosen = useSignal(0);
  const engine = useSignal<readonly number[] | undefined>(undefined);
  const groups = groupsOfMerge(data, choice.value);
  const drawAt = (i: number): number =>
    byHand.value[i] ?? (seed.value === undefined ? (data.draws[i] ?? uniform(1, 0, i)) : uniform(seed.value, 0, i));
  const draws = groups.map((_, i) => drawAt(i));
  const at = Math.min(chosen.value, groups.length - 1);
  const group = groups[at];

  // The engine merges the same lanes with the same draws; what it returns is shown beside the law.
  useEffect(() => {
    if (!merge || data.missing > 0) return;
    let isOld = false;
    const { gradients, shape, inputs } = data;
    void merge({ gradients, shape, inputs, choice: choice.value, draws }).then(
      (result) => void (isOld || (engine.value = result)),
      () => void (isOld || (engine.value = undefined)),
    );
    return () => void (isOld = true);
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
      <Groups
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
        <KeepCurve purity={group.law.purity} k={choice.value.k} draw={draws[at]!} keep={group.law.keep} />
        <LawTable group={group} draw={draws[at]!} />
      </div>
      {engine.value && data.missing === 0 ? (
        <p class="caption number">
          The engine returns{' '}
          <output data-test="engine-result">{group.positions.map((p) => plain(engine.value![p]!)).join(', ')}</output>{' '}
          for this draw.
        </p>
      ) : null}
      <Controls
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
    </div>
  );
}

interface GroupsProps {
  readonly groups: readonly MergeGroup[];
  readonly draws: readonly number[];
  readonly chosen: number;
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly onChoose: (i: number) => void;
}

/** Every group of positions as a line: the pulls of the losses, the purity and the result. */
function Groups({ groups, draws, chosen, axes, onChoose }: GroupsProps): JSX.Element {
  const most = Math.max(...groups.flatMap((g) => sidesOf(g)), 0);
  return (
    <table class="merge-groups">
      <thead>
        <tr>
          <th scope="col">{axes.length > 0 ? 'feature' : 'at'}</th>
          <th scope="col">what pulls</th>
          <th scope="col">P</th>
          <th scope="col">result</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group, i) => {
          const outcome = outcomeOf(group, draws[i]!);
          return (
            <tr class={i === chosen ? 'selected' : ''} data-test="merge-group" onClick={() => onChoose(i)}>
              <th scope="row">
                <button type="button" class="link" aria-pressed={i === chosen} onClick={() => onChoose(i)}>
                  {i}
                </button>
              </th>
              <td>
                <StackedBar gradients={totals(group)} kept={outcome?.masks.map((m) => m.some(Boolean))} most={most} />
              </td>
              <td class="number" data-test="purity">
                {share(group.law.purity)}
              </td>
              <td class="number" data-test="merge-result">
                {outcome ? outcome.values.map(plain).join(', ') : 'NaN'}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const totals = ({ gradients }: MergeGroup): readonly number[] =>
  gradients.map((lane) => lane.reduce((a, b) => a + b, 0));

const sidesOf = (group: MergeGroup): readonly number[] =>
  [1, -1].map((sign) => totals(group).reduce((sum, g) => sum + Math.max(0, sign * g), 0)).filter(Number.isFinite);

/** Returns what a draw gives: U = f(P) counts as above. */
const outcomeOf = ({ law }: MergeGroup, draw: number): (typeof law.outcomes)[number] | undefined =>
  law.outcomes.find((o) => o.side === (draw < law.keep ? 'positive' : 'negative')) ??
  (Number.isNaN(law.keep) ? undefined : law.outcomes[0]);

/** The law of a group: both outcomes with their probabilities, the mean and the variance. */
function LawTable({ group, draw }: { readonly group: MergeGroup; readonly draw: number }): JSX.Element {
  const { law } = group;
  const now = outcomeOf(group, draw);
  return (
    <div class="merge-law" data-test="law">
      {law.outcomes.map((o) => (
        <div class={`merge-outcome${o === now ? ' merge-outcome-now' : ''}`}>
          <span class="merge-value number">
            {o.values.slice(0, 3).map(signed).join(', ')}
            {o.values.length > 3 ? ', …' : ''}
          </span>
          <span class="merge-chance" aria-hidden="true">
            <span style={{ inlineSize: `${o.probability * 100}%` }} />
          </span>
          <span class="number quiet">{share(o.probability)}</span>
        </div>
      ))}
      <dl class="facts">
        <dt>mean</dt>
        <dd data-test="law-mean">
          {law.mean.slice(0, 3).map(plain).join(', ')}
          {law.mean.length > 3 ? ', …' : ''}
        </dd>
        <dt>variance</dt>
        <dd data-test="law-variance">
          {law.variance.slice(0, 3).map(plain).join(', ')}
          {law.variance.length > 3 ? ', …' : ''}
        </dd>
      </dl>
      {law.note === undefined ? null : <p class="caption">{law.note}</p>}
    </div>
  );
}

interface ControlsProps {
  readonly data: MergeData;
  readonly choice: MergeChoice;
  readonly draw: number;
  readonly onChoice: (change: Partial<MergeChoice>) => void;
  readonly onDraw: (u: number) => void;
}

function Controls({ data, choice, draw, onChoice, onDraw }: ControlsProps): JSX.Element {
  const { k, leak, axes, inputSign, zeroSign } = choice;
  return (
    <div class="merge-controls">
      <Slider
        label="U, the draw here"
        name="merge-draw"
        value={Math.round(draw * 1000) / 1000}
        min={0.001}
        max={0.999}
        step={0.001}
        onChange={onDraw}
      />
      {data.keep === undefined ? (
        <Slider
          label="k, the slope of f"
          name="merge-k"
          value={k}
          min={0}
          max={1}
          step={0.01}
          onChange={(x) => onChoice({ k: x })}
        />
      ) : (
        <p class="caption">
          The program keeps by f(P) = <code>{data.keep}</code>. Here it is a line of slope k.
        </p>
      )}
      {leak.map((l, i) => (
        <Slider
          label={`leak of loss ${letterOf(i)}`}
          name={`merge-leak-${letterOf(i)}`}
          value={l}
          min={0}
          max={1}
          step={0.01}
          onChange={(x) => onChoice({ leak: leak.with(i, x) })}
        />
      ))}
      {data.shape.length === 0 ? null : (
        <Check
          label="marginalize: signs are summed over the batch"
          name="merge-marginalize"
          checked={axes.length > 0}
          onChange={(on) => onChoice({ axes: on ? [0] : [] })}
        />
      )}
      {data.inputs === undefined ? null : (
        <Check
          label="inputSign: signs are multiplied by sgn(h)"
          name="merge-input-sign"
          checked={inputSign}
          onChange={(on) => onChoice({ inputSign: on })}
        />
      )}
      {data.inputs?.includes(0) && inputSign ? (
        <label class="field">
          <span class="field-label">zeroSign: what happens where h is 0</span>
          <select
            class="field-input"
            data-test="merge-zero-sign"
            value={zeroSign}
            onChange={(e) => onChoice({ zeroSign: e.currentTarget.value as MergeChoice['zeroSign'] })}
          >
            {(['keep', 'drop', 'positive'] as const).map((z) => (
              <option value={z}>{z}</option>
            ))}
          </select>
        </label>
      ) : null}
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (on: boolean) => void;
}

function Check({ label, name, checked, onChange }: CheckProps): JSX.Element {
  return (
    <label class="merge-check">
      <input type="checkbox" data-test={name} checked={checked} onChange={(e) => onChange(e.currentTarget.checked)} />
      {label}
    </label>
  );
}
