import type { JSX, TargetedEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Place } from '../run/compile.ts';
import type { Store } from '../state/store.ts';
import './console.css';

interface ConsoleProps {
  readonly session: Store['session'];
  /** Shows a place in the program. */
  readonly onPlace: (place: Place) => void;
}

/** What the program prints, and the error that ended it. Everything is text. */
export function Console({ session, onPlace }: ConsoleProps): JSX.Element {
  const { lines, dropped, failure, note, countdown, status } = session;
  const list = useRef<HTMLDivElement>(null);
  const failed = failure.value;
  // The newest line is in view, unless the reader has scrolled away from it.
  const follows = useRef(true);
  useEffect(() => {
    const box = list.current!;
    if (follows.current) box.scrollTop = box.scrollHeight;
  }, [lines.value, failed]);
  const atEnd = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>): void => {
    follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
  };
  return (
    <section class="console" aria-label="Console" data-test="console">
      <div
        class="console-lines"
        ref={list}
        onScroll={atEnd}
        tabIndex={0}
        role="log"
        aria-label="What the program prints"
      >
        {lines.value.map(({ level, text }, i) => (
          <div key={i} class={`console-line console-${level}`} data-test="console-line">
            {text}
          </div>
        ))}
        {dropped.value > 0 && (
          <div class="console-line quiet" data-test="console-dropped">
            … and {dropped.value} more lines, which are not kept
          </div>
        )}
        {failed && (
          <div class="console-failure" role="alert" data-test="failure">
            <p>
              <strong>{failed.name}</strong>: {failed.message}
            </p>
            {failed.calls.map(({ name, place }, i) => (
              <button
                key={i}
                type="button"
                class="link console-place"
                data-test="failure-place"
                onClick={() => onPlace(place)}
              >
                line {place.line}, column {place.column}
                {name && ` in ${name}`}
              </button>
            ))}
            {failed.calls.length === 0 && failed.place && (
              <button
                type="button"
                class="link console-place"
                data-test="failure-place"
                onClick={() => onPlace(failed.place!)}
              >
                line {failed.place.line}, column {failed.place.column}
              </button>
            )}
            {failed.inside.length > 0 && (
              <details class="console-inside">
                <summary>where in cotangent</summary>
                {failed.inside.map((call, i) => (
                  <div key={i}>{call}</div>
                ))}
              </details>
            )}
          </div>
        )}
      </div>
      <p class="console-status" role="status" data-test="run-note">
        {countdown.value === undefined ? (
          note.value
        ) : (
          <>
            The program is silent and will be ended in {countdown.value} s.{' '}
            <button type="button" class="button button-plain" onClick={session.wait}>
              Let it run
            </button>
          </>
        )}
      </p>
      <span class="unseen" data-test="status">
        {status.value}
      </span>
    </section>
  );
}
