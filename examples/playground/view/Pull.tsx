import type { JSX, TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { letterOf, signed } from '../law/numbers.ts';
import { Arrow } from './Arrow.tsx';
import { percent, reach } from './axis.ts';

interface PullProps {
  readonly loss: number;
  /** Where it pulls, for those who hear the page: `feature 1`. */
  readonly place: string;
  readonly value: number;
  /** The end of the axis. */
  readonly range: number;
  /** The largest size that dragging gives. */
  readonly limit: number;
  readonly dropped: boolean;
  /** The fraction that passes if it is dropped. */
  readonly leak: number;
  readonly onChange: (value: number) => void;
  /** Called with true when a drag starts and with false when it ends. */
  readonly onDrag: (on: boolean) => void;
  /** The name for tests. */
  readonly name: string;
}

/** The change of value by each key, in tenths of the limit. */
const steps: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 5,
  PageDown: -5,
};

/** The pull of one loss on a feature: an arrow whose end can be dragged, and its number. */
export function Pull(props: PullProps): JSX.Element {
  const { loss, place, value, range, limit, dropped, leak, onChange, onDrag, name } = props;
  const drag = useRef<{ readonly x: number; readonly value: number; readonly unit: number } | undefined>(undefined);
  const letter = letterOf(loss);
  const label = `Gradient of loss ${letter} at ${place}`;
  const set = (x: number): void => {
    const rounded = Math.round((x / limit) * 1000) * (limit / 1000);
    onChange(Math.min(limit, Math.max(-limit, Number(rounded.toPrecision(12)))));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    const next =
      step !== undefined
        ? value + (step * limit) / (event.shiftKey ? 100 : 10)
        : event.key === 'Home'
          ? -limit
          : event.key === 'End'
            ? limit
            : undefined;
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    set(next);
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    const width = handle.parentElement!.getBoundingClientRect().width;
    drag.current = { x: event.clientX, value: Number.isFinite(value) ? value : 0, unit: (width * reach) / 100 / range };
    onDrag(true);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const from = drag.current;
    if (!from) return;
    // Halves of a tenth of the limit: steps that a hand can aim at.
    const step = limit / 20;
    set(Math.round((from.value + (event.clientX - from.x) / from.unit) / step) * step);
  };
  const onPointerEnd = (): void => {
    if (!drag.current) return;
    drag.current = undefined;
    onDrag(false);
  };

  return (
    <div class={`pull loss-${loss + 1}`} data-dropped={dropped || undefined}>
      <span class="pull-name">
        <span class="loss-letter" aria-hidden="true">
          {letter}
        </span>
        <span class="pull-word">{dropped ? 'dropped' : `loss ${letter}`}</span>
      </span>
      <div class="track">
        <Arrow value={value} range={range} struck={dropped} leak={leak} kind="loss" />
        <div
          class="pull-handle"
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-orientation="horizontal"
          aria-valuemin={-limit}
          aria-valuemax={limit}
          aria-valuenow={Number.isFinite(value) ? value : 0}
          aria-valuetext={`${signed(value)}${dropped ? ', dropped' : ''}`}
          style={{ left: `${percent(value, range)}%` }}
          data-test={name}
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerEnd}
          onPointerCancel={onPointerEnd}
        />
      </div>
      <input
        class="pull-number field-input"
        type="number"
        step="any"
        aria-label={`${label}, as a number`}
        data-test={`${name}-number`}
        value={value}
        placeholder={signed(value)}
        onInput={(event) => {
          const x = event.currentTarget.valueAsNumber;
          if (Number.isFinite(x)) onChange(x);
        }}
      />
    </div>
  );
}
