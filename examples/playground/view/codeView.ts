import { indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { forceLinting, linter, lintGutter, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec, RangeSet, StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, EditorView, gutterLineClass, GutterMarker, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import type { Place } from '../run/compile.ts';
import type { TypesService } from '../types/service.ts';
import type { EditorMark } from './Editor.tsx';

/** The editor, as the page uses it. */
export interface CodeView {
  readonly setText: (text: string) => void;
  readonly setMark: (mark: EditorMark | undefined) => void;
  /** Marks lines as selected, and scrolls to the first. */
  readonly setLines: (lines: readonly number[]) => void;
  /** Puts the caret at a place, and the focus into the editor. */
  readonly show: (place: Place) => void;
  /** Adds types, documentation and completion. */
  readonly addTypes: (types: TypesService) => void;
  readonly end: () => void;
}

interface Events {
  readonly onText: (text: string) => void;
  readonly onRun: () => void;
  readonly onLine: (line: number) => void;
}

/** The colours are the page's; only words of the language and texts differ from ink. */
const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.regexp], color: 'var(--loss-3)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--loss-2)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className], color: 'var(--loss-4)' },
]);

const theme = EditorView.theme({
  '&': {
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    minHeight: '0',
    height: '100%',
    fontSize: 'var(--text-code)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--quiet)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-selected-line': { backgroundColor: 'var(--select)' },
  '.cm-gutterElement.cm-selected-gutter': {
    backgroundColor: 'var(--select)',
    color: 'var(--ink)',
    boxShadow: 'inset 3px 0 0 var(--accent)',
  },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 25%, transparent)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    maxWidth: '36rem',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--ink)' },
});

const setSelected = StateEffect.define<readonly number[]>();
const lineMark = Decoration.line({ class: 'cm-selected-line' });
const gutterMark = new (class extends GutterMarker {
  override readonly elementClass = 'cm-selected-gutter';
})();

const startsOf = (doc: Text, lines: readonly number[]): readonly number[] =>
  [...new Set(lines)]
    .filter((line) => line >= 1 && line <= doc.lines)
    .sort((a, b) => a - b)
    .map((line) => doc.line(line).from);

const selectedLines = StateField.define<readonly number[]>({
  create: () => [],
  update: (lines, { effects, changes, startState, newDoc }) => {
    const set = effects.find((effect) => effect.is(setSelected));
    if (set) return set.value as readonly number[];
    if (changes.empty) return lines;
    return startsOf(startState.doc, lines).map((at) => newDoc.lineAt(changes.mapPos(at)).number);
  },
  provide: (field) => [
    EditorView.decorations.compute([field], (state) =>
      Decoration.set(startsOf(state.doc, state.field(field)).map((at) => lineMark.range(at))),
    ),
    gutterLineClass.compute([field], (state) =>
      RangeSet.of(startsOf(state.doc, state.field(field)).map((at) => gutterMark.range(at))),
    ),
  ],
});

/** A place as an offset; one beyond the text is at its end. */
function offsetOf(doc: Text, { line, column }: Place): number {
  const { from, length } = doc.line(Math.min(Math.max(1, line), doc.lines));
  return from + Math.min(Math.max(0, column - 1), length);
}

/** An error of the last run was set, or types have arrived. */
const marked = StateEffect.define<null>();

/** Returns the error of the last run, under the word at its place. */
function diagnosticsOf(doc: Text, mark: EditorMark | undefined): readonly Diagnostic[] {
  if (!mark) return [];
  const from = offsetOf(doc, mark.place);
  const word = /^[\w$]+/.exec(doc.sliceString(from, from + 200))?.[0] ?? ' ';
  return [{ from, to: Math.min(from + word.length, doc.length), severity: 'error', message: mark.message }];
}

/** Makes an editor in an element. */
export function codeView(parent: HTMLElement, text: string, { onText, onRun, onLine }: Events): CodeView {
  let line = 1;
  let current = text;
  let mark: EditorMark | undefined;
  let types: TypesService | undefined;
  const run = (): boolean => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: 'Ctrl-Enter', mac: 'Cmd-Enter', run }])),
        basicSetup,
        keymap.of([indentWithTab]),
        javascript({ typescript: true }),
        syntaxHighlighting(highlight),
        lintGutter(),
        linter(async () => [...((await types?.lints()) ?? []), ...diagnosticsOf(view.state.doc, mark)], {
          needsRefresh: ({ transactions }) =>
            transactions.some(({ effects }) => effects.some((effect) => effect.is(marked))),
        }),
        selectedLines,
        theme,
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({ 'aria-label': 'Program' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            // The place of the error is one of the text before.
            mark = undefined;
            current = update.state.doc.toString();
            onText(current);
          }
          const now = update.state.doc.lineAt(update.state.selection.main.head).number;
          if (now !== line && update.selectionSet) onLine(now);
          line = now;
        }),
      ],
    }),
  });
  return {
    setText: (next) => {
      if (next !== current) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    setMark: (next) => {
      mark = next;
      view.dispatch({ effects: marked.of(null) });
      forceLinting(view);
    },
    setLines: (lines) => {
      const [first] = startsOf(view.state.doc, lines);
      view.dispatch({
        effects: [
          setSelected.of(lines),
          ...(first === undefined ? [] : [EditorView.scrollIntoView(first, { y: 'nearest', yMargin: 40 })]),
        ],
      });
    },
    show: (place) => {
      const at = offsetOf(view.state.doc, place);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
      view.focus();
    },
    addTypes: (service) => {
      types = service;
      view.dispatch({ effects: [StateEffect.appendConfig.of(service.extension), marked.of(null)] });
    },
    end: () => view.destroy(),
  };
}
