import type { JSX } from 'preact';
import type { MergeData } from '../graph/mergeData.ts';
import type { MergeChoice } from '../graph/mergeLaw.ts';
import { letterOf } from '../law/numbers.ts';
import { Slider } from './Slider.tsx';

interface Props {
  readonly data: MergeData;
  readonly choice: MergeChoice;
  readonly draw: number;
  readonly onChoice: (change: Partial<MergeChoice>) => void;
  readonly onDraw: (u: number) => void;
}

/** What the reader may change of a merge. */
export function MergeControls({ data, choice, draw, onChoice, onDraw }: Props): JSX.Element {
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
          The program keeps by f(P) = <code>{data.keep}</code>.
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
