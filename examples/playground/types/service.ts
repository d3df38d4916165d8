import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import {
  tsAutocompleteWorker,
  tsFacetWorker,
  tsHoverWorker,
  tsSyncWorker,
  type HoverInfo,
} from '@valtown/codemirror-ts';
import type { WorkerShape } from '@valtown/codemirror-ts/worker';
import type { Diagnostic } from '@codemirror/lint';
import address from 'virtual:types';
import type { Call } from './worker.ts';

/** The editor's types: what the editor gets, and the errors of a text. */
export interface TypesService {
  readonly extension: Extension;
  readonly lints: () => Promise<readonly Diagnostic[]>;
}

const path = '/program.ts';

/** TypeScript's own types are not at hand here, since version 7 has none. */
const textOf = (parts: unknown): string =>
  ((parts ?? []) as readonly { readonly text: string }[]).map(({ text }) => text).join('');

/** Shows a name's type and the sentences that stand above its declaration. */
function tooltip({ quickInfo }: HoverInfo): { readonly dom: HTMLElement } {
  const dom = document.createElement('div');
  dom.className = 'editor-hover';
  dom.dataset.test = 'hover';
  const code = dom.appendChild(document.createElement('code'));
  code.textContent = textOf(quickInfo?.displayParts);
  const words = textOf(quickInfo?.documentation);
  if (words !== '') dom.appendChild(document.createElement('p')).textContent = words;
  return { dom };
}

/** Starts TypeScript in a worker, and gives it a text. Resolves when it knows its types. */
export async function startTypes(text: string): Promise<TypesService> {
  const worker = new Worker(address, { type: 'module', name: 'types' });
  const waiting = new Map<number, (value: never) => void>();
  let count = 0;
  worker.onmessage = ({ data: { id, value } }: MessageEvent<{ readonly id: number; readonly value: never }>) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  };
  const call = (method: Call['method'], argument?: unknown): Promise<never> =>
    new Promise((resolve, reject) => {
      worker.onerror ??= () => reject(new Error('types: the worker did not start'));
      count += 1;
      waiting.set(count, resolve);
      worker.postMessage({ id: count, method, argument });
    });
  await call('initialize');
  await call('updateFile', { path, code: text });
  const remote = {
    updateFile: (file: object) => call('updateFile', file),
    getAutocompletion: (asked: object) => call('getAutocompletion', asked),
    getHover: (asked: object) => call('getHover', asked),
  } as unknown as WorkerShape;
  return {
    extension: [
      tsFacetWorker.of({ path, worker: remote }),
      tsSyncWorker(),
      tsHoverWorker({ renderTooltip: tooltip }),
      EditorState.languageData.of(() => [{ autocomplete: tsAutocompleteWorker() }]),
    ],
    lints: () => call('getLints', { path, diagnosticCodesToIgnore: [] }),
  };
}

/** Tells whether a device should load the types: a megabyte that a phone hardly uses. */
export function wantsTypes(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData !== true && !matchMedia('(pointer: coarse)').matches && screen.width >= 700;
}
