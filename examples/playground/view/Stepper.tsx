import type { Trace } from 'cotangent/inspect';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { nextStep, type Event } from '../graph/events.ts';
import { letterOf } from '../law/numbers.ts';
import { stepText } from './sentences.ts';

interface Props {
  readonly trace: Trace;
  readonly events: readonly Event[];
  readonly step: number;
  /** The lane whose events are shown, if not all are. */
  readonly lane: number | undefined;
  readonly onStep: (step: number) => void;
  readonly onLane: (lane: number | undefined) => void;
}

/** The time that one step stands while the play runs, in milliseconds. */
const stand = 900;

/** More events than this have no ticks of their own. */
const mostTicks = 160;

/** Plays the events of a picture, forwards and backwards. */
export function Stepper({ trace, events, step, lane, onStep, onLane }: Props): JSX.Element {
  const [isPlaying, setPlaying] = useState(false);
  const isAtEnd = step >= events.length;
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (isAtEnd) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(() => onStep(nextStep(events, step, 1, lane)), stand);
    return () => clearTimeout(timer);
  }, [isPlaying, step, events, lane]);

  const go = (to: number): void => {
    setPlaying(false);
    onStep(to);
  };
  const play = (): void => {
    if (isAtEnd) onStep(0);
    setPlaying(!isPlaying || isAtEnd);
  };
  const lanes = [...new Set(events.flatMap((e) => e.lane ?? []))].sort((a, b) => a - b);
  return (
    <div class="stepper" data-test="stepper" role="group" aria-label="The play of the graph">
      <div class="stepper-bar">
        <Button
          name="Go to the beginning"
          keys="Home"
          icon="M3 3v10M13 3 6 8l7 5z"
          test="step-first"
          isOff={step === 0}
          onPress={() => go(0)}
        />
        <Button
          name="One step back"
          keys="["
          icon="M11 3 4 8l7 5z"
          test="step-back"
          isOff={step === 0}
          onPress={() => go(nextStep(events, step, -1, lane))}
        />
        <Button
          name={isPlaying ? 'Pause' : 'Play'}
          icon={isPlaying ? 'M5 3v10M11 3v10' : 'M4 2.5 13 8l-9 5.5z'}
          test="step-play"
          isOff={events.length === 0}
          onPress={play}
        />
        <Button
          name="One step on"
          keys="]"
          icon="m5 3 7 5-7 5z"
          test="step-on"
          isOff={isAtEnd}
          onPress={() => go(nextStep(events, step, 1, lane))}
        />
        <Button
          name="Go to the end"
          keys="End"
          icon="M13 3v10M3 3l7 5-7 5z"
          test="step-last"
          isOff={isAtEnd}
          onPress={() => go(events.length)}
        />
        <Scrubber events={events} step={step} lane={lane} onStep={go} text={stepText(trace, events[step - 1])} />
        <output class="stepper-count number" data-test="step-count">
          {step} / {events.length}
        </output>
        {lanes.length === 0 ? null : (
          <div class="choice stepper-lanes" role="radiogroup" aria-label="The loss whose steps are shown">
            {[undefined, ...lanes].map((l) => (
              <label class={`choice-option${l === undefined ? '' : ` loss-${(l % 6) + 1}`}`}>
                <input
                  type="radio"
                  name="stepper-lane"
                  checked={l === lane}
                  data-test={`lane-${l === undefined ? 'all' : letterOf(l)}`}
                  onChange={() => onLane(l)}
                />
                {l === undefined ? 'all' : letterOf(l)}
              </label>
            ))}
          </div>
        )}
      </div>
      <p class="stepper-text" data-test="step-text" aria-live="polite">
        {stepText(trace, events[step - 1])}
      </p>
    </div>
  );
}

interface ButtonProps {
  readonly name: string;
  readonly icon: string;
  readonly test: string;
  readonly keys?: string;
  readonly isOff: boolean;
  readonly onPress: () => void;
}

function Button({ name, icon, test, keys, isOff, onPress }: ButtonProps): JSX.Element {
  const title = keys === undefined ? name : `${name} (${keys})`;
  return (
    <button
      type="button"
      class="stepper-button"
      aria-label={name}
      title={title}
      data-test={test}
      disabled={isOff}
      onClick={onPress}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path d={icon} />
      </svg>
    </button>
  );
}

interface ScrubberProps {
  readonly events: readonly Event[];
  readonly step: number;
  readonly lane: number | undefined;
  readonly text: string;
  readonly onStep: (step: number) => void;
}

/** The tall ticks are where a value, or the cotangent of a node, becomes known. */
function Scrubber({ events, step, lane, text, onStep }: ScrubberProps): JSX.Element {
  const n = events.length;
  const isTicked = n > 0 && n <= mostTicks;
  return (
    <div class="scrubber">
      {!isTicked ? null : (
        <svg class="scrubber-ticks" viewBox={`0 0 ${n} 12`} preserveAspectRatio="none" aria-hidden="true">
          {events.map((e, i) => {
            const isOther = lane !== undefined && e.lane !== undefined && e.lane !== lane;
            const colour = e.lane === undefined ? '' : ` loss-${(e.lane % 6) + 1}`;
            const side = e.kind === 'value' ? '' : ' scrubber-sweep';
            return (
              <line
                class={`scrubber-tick${colour}${side}${isOther ? ' scrubber-other' : ''}`}
                x1={i + 1}
                x2={i + 1}
                y1={e.kind === 'value' || e.kind === 'arrive' ? 1 : 5}
                y2="11"
              />
            );
          })}
        </svg>
      )}
      <input
        type="range"
        class="scrubber-range"
        data-test="scrubber"
        aria-label="Step"
        aria-valuetext={text}
        min="0"
        max={n}
        step="1"
        value={step}
        onInput={(e) => onStep(Number(e.currentTarget.value))}
      />
    </div>
  );
}
