import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Place } from '../run/compile.ts';
import { samples } from '../samples/index.ts';
import type { Store } from '../state/store.ts';
import { Console } from './Console.tsx';
import { Editor } from './Editor.tsx';
import './bench.css';

interface BenchProps {
  readonly store: Store;
  /** Called with the line of the caret when it moves. */
  readonly onLine?: (line: number) => void;
  readonly lines?: readonly number[];
}

/** The program with its buttons, and the console below it. */
export function Bench({ store, onLine, lines }: BenchProps): JSX.Element {
  const { program, session, unread, own, ran, trace } = store;
  const [shown, setShown] = useState<Place>();
  const run = (): void => void session.run();
  const failed = session.failure.value;
  const mark = useMemo(
    () => failed?.place && { place: failed.place, message: `${failed.name}: ${failed.message}` },
    [failed],
  );
  const sample = samples.find(({ text }) => text === program.value);
  const isRunning = session.status.value === 'running';
  return (
    <section class="bench" aria-label="Program" data-test="bench">
      <div class="bench-bar">
        <select
          class="field-input"
          aria-label="Programs of ours"
          data-test="samples"
          value={sample?.name ?? ''}
          onChange={({ currentTarget: { value } }) =>
            void store.open(samples.find(({ name }) => name === value)?.text ?? own.value!)
          }
        >
          {(!sample || own.value !== undefined) && <option value="">your program</option>}
          {samples.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        {isRunning ? (
          <button type="button" class="button" data-test="stop" onClick={session.stop}>
            Stop
          </button>
        ) : (
          <button type="button" class="button button-primary" data-test="run" title="Ctrl-Enter" onClick={run}>
            Run
          </button>
        )}
      </div>
      {trace.value && !isRunning && (failed ? true : ran.value !== program.value) && (
        <p class="quiet bench-stale" role="status" data-test="stale">
          {failed ? 'The graph is that of the last program that ran.' : 'The program has changed since it ran.'}
        </p>
      )}
      <Editor
        program={program}
        onRun={run}
        mark={mark}
        {...(onLine && { onLine })}
        {...(lines && { lines })}
        shown={shown}
      />
      <div class="bench-console">
        {unread.value && (
          <div class="bench-unread" data-test="unread">
            <p>This program came with the link. Read it, then Run.</p>
            <button type="button" class="button button-primary" data-test="run-unread" onClick={run}>
              Run
            </button>
          </div>
        )}
        <Console session={session} onPlace={(place) => setShown({ ...place })} />
      </div>
    </section>
  );
}
