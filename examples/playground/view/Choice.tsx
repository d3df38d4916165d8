import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly number[];
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** The name for tests. */
  readonly name: string;
}

/** One of a few numbers. */
export function Choice({ label, options, value, onChange, name }: ChoiceProps): JSX.Element {
  const id = useId();
  return (
    <fieldset class="field" data-test={name}>
      <legend class="field-label">{label}</legend>
      <span class="choice">
        {options.map((option) => (
          <label class="choice-option" key={option}>
            <input type="radio" name={id} value={option} checked={option === value} onChange={() => onChange(option)} />
            {option}
          </label>
        ))}
      </span>
    </fieldset>
  );
}
