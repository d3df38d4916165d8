import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  /** The name for tests. */
  readonly name: string;
}

/**
 * A range and its number. What is typed counts when it is a number within the range; otherwise the
 * number comes back when the field is left.
 */
export function Slider({ label, value, min, max, step, onChange, name }: SliderProps): JSX.Element {
  const id = useId();
  const accept = (event: { readonly currentTarget: HTMLInputElement }): void => {
    const x = event.currentTarget.valueAsNumber;
    if (x >= min && x <= max) onChange(x);
  };
  const range = { min, max, value, onInput: accept };
  return (
    <div class="slider">
      <label class="slider-label field-label" for={id}>
        {label}
      </label>
      <input class="slider-range" id={id} type="range" step={step} data-test={name} {...range} />
      <input
        class="slider-number field-input"
        type="number"
        step={step}
        aria-label={`${label}, as a number`}
        data-test={`${name}-number`}
        {...range}
        onBlur={({ currentTarget }) => (currentTarget.value = String(value))}
      />
    </div>
  );
}
