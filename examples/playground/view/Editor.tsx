import { useSignalEffect, type Signal } from '@preact/signals';
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Place } from '../run/compile.ts';
import type { CodeView } from './codeView.ts';
import './editor.css';

export interface EditorMark {
  readonly place: Place;
  readonly message: string;
}

export interface EditorProps {
  readonly program: Signal<string>;
  readonly onRun: () => void;
  /** Called with the line of the caret when it moves. */
  readonly onLine?: (line: number) => void;
  /** An error, at its place. */
  readonly mark?: EditorMark | undefined;
  /** The lines of what is selected. */
  readonly lines?: readonly number[];
  /** A place to show; a new object shows it again. */
  readonly shown?: Place | undefined;
  readonly readOnly?: boolean;
}

const plainKey = 'cotangent-playground-plain';

const prefersPlain = (): boolean => {
  try {
    return localStorage.getItem(plainKey) === 'yes';
  } catch {
    return false;
  }
};

/** Resolves when the browser has nothing else to do. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 2000);
  });

/** Adds types to an editor, where they are wanted. Without them it is an editor all the same. */
async function addTypes(view: CodeView, text: () => string): Promise<void> {
  if (__SINGLE__) return;
  await idle();
  try {
    const { startTypes, wantsTypes } = await import('../types/service.ts');
    if (wantsTypes()) view.addTypes(await startTypes(text()));
  } catch (error) {
    console.warn('The editor has no types:', error);
  }
}

/** The program: an editor with types and marks, or, if the reader prefers it, a plain text box. */
export function Editor(props: EditorProps): JSX.Element {
  const { program, onRun, mark, lines, shown } = props;
  const [isPlain, setPlain] = useState(prefersPlain);
  const [isBroken, setBroken] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const view = useRef<CodeView | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (isPlain) return undefined;
    let left = false;
    import('./codeView.ts').then(
      ({ codeView }) => {
        if (left) return;
        view.current = codeView(place.current!, program.peek(), {
          onText: (next) => (program.value = next),
          onRun: () => latest.current.onRun(),
          onLine: (line) => latest.current.onLine?.(line),
        });
        view.current.setMark(latest.current.mark);
        view.current.setLines(latest.current.lines ?? []);
        void addTypes(view.current, () => program.peek());
      },
      () => setBroken(true),
    );
    return () => {
      left = true;
      view.current?.end();
      view.current = undefined;
    };
  }, [isPlain]);
  // At once, not after the next picture: the reader may have typed more by then.
  useSignalEffect(() => {
    const text = program.value;
    view.current?.setText(text);
  });
  useEffect(() => view.current?.setMark(mark), [mark]);
  useEffect(() => view.current?.setLines(lines ?? []), [lines]);
  useEffect(() => {
    if (!shown) return;
    if (view.current) view.current.show(shown);
    else if (box.current) {
      const before = program
        .peek()
        .split('\n')
        .slice(0, shown.line - 1)
        .join('\n').length;
      box.current.focus();
      box.current.setSelectionRange(before + shown.column, before + shown.column);
    }
  }, [shown]);

  const choose = (plain: boolean): void => {
    setPlain(plain);
    try {
      localStorage.setItem(plainKey, plain ? 'yes' : 'no');
    } catch {
      // Without storage, the choice lives as long as the page.
    }
  };
  const keyOfBox = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onRun();
  };
  const isBox = isPlain || isBroken;
  return (
    <div class="editor" data-test="editor">
      {isBox ? (
        <textarea
          class="editor-box"
          data-test="editor-box"
          ref={box}
          value={program.value}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          aria-label="Program"
          aria-describedby={mark ? 'editor-mark' : undefined}
          onInput={({ currentTarget }) => (program.value = currentTarget.value)}
          onKeyDown={keyOfBox}
        />
      ) : (
        <div class="editor-code" ref={place} />
      )}
      {isBox && mark && (
        <p id="editor-mark" class="editor-mark">
          Line {mark.place.line}, column {mark.place.column}: {mark.message}
        </p>
      )}
      <label class="editor-plain">
        <input
          type="checkbox"
          data-test="plain"
          checked={isPlain}
          onChange={({ currentTarget }) => choose(currentTarget.checked)}
        />
        plain text box
      </label>
    </div>
  );
}
