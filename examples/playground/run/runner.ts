// The script of the worker in which a program runs, within the sandboxed frame.
import type * as Cotangent from 'cotangent';
import type * as Inspect from 'cotangent/inspect';
import type { Trace } from 'cotangent/inspect';
import { engineFiles } from './engineFiles.ts';
import { line } from './format.ts';
import { modules } from './parts.ts';
import {
  levels,
  longestLine,
  mostLines,
  type ConsoleText,
  type Level,
  type RunnerReport,
  type RunnerRequest,
} from './report.ts';
import { encode } from './wire.ts';

/** Programs may replace `postMessage`; the runner keeps the worker's own. */
const post = self.postMessage.bind(self) as (text: string) => void;
const send = (report: RunnerReport): void => post(encode(report));
const files = engineFiles((name) => send({ kind: 'need', name }));

// Lines are sent together, once in a while, since a program may print thousands at once.
let lines: ConsoleText[] = [];
let [printed, dropped, sent] = [0, 0, 0];
let timer: ReturnType<typeof setTimeout> | undefined;
const later = setTimeout;

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (lines.length > 0 || dropped > 0) send({ kind: 'console', lines, dropped });
  [lines, dropped, sent] = [[], 0, performance.now()];
}

function print(level: Level, text: string): void {
  printed += 1;
  if (printed > mostLines) dropped += 1;
  else lines.push({ level, text: text.length > longestLine ? `${text.slice(0, longestLine)}…` : text });
  // A loop that never waits prints too: what is due is sent from here.
  if (performance.now() - sent > 50) flush();
  else timer ??= later(flush, 50);
}

const clocks = new Map<string, number>();
const counts = new Map<string, number>();
let indent = '';
const printer =
  (level: Level) =>
  (...values: readonly unknown[]): void =>
    print(level, line(values).replace(/^/gm, indent));
const took = (label: string): string => `${label}: ${(performance.now() - (clocks.get(label) ?? NaN)).toFixed(3)}ms`;

Object.assign(console, Object.fromEntries(levels.map((level) => [level, printer(level)])), {
  trace: printer('log'),
  dir: (value: unknown) => printer('log')(value),
  table: (value: unknown) => printer('log')(value),
  assert: (holds: unknown, ...values: readonly unknown[]) => {
    if (!holds) printer('error')(...(values.length === 0 ? ['Assertion failed'] : ['Assertion failed:', ...values]));
  },
  time: (label = 'default') => void clocks.set(label, performance.now()),
  timeLog: (label = 'default') => printer('log')(took(label)),
  timeEnd: (label = 'default') => {
    printer('log')(took(label));
    clocks.delete(label);
  },
  count: (label = 'default') => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    printer('log')(`${label}: ${counts.get(label)}`);
  },
  group: (...values: readonly unknown[]) => {
    if (values.length > 0) printer('log')(...values);
    indent += '  ';
  },
  groupEnd: () => void (indent = indent.slice(2)),
  clear: () => undefined,
});

function fail(error: unknown): void {
  flush();
  const isError = error instanceof Error;
  send({
    kind: 'failed',
    name: isError ? String(error.name) : 'Thrown',
    message: isError ? String(error.message) : line([error]),
    stack: isError ? String(error.stack) : '',
  });
}

/** The frame passes on no more than 8 MB at once. */
const longest = 7 * 2 ** 20;

/**
 * Returns a trace that is small enough to be sent. What is left out is what is least missed: the
 * rewrites, which the page does not show, and then values, which `truncated` tells.
 */
function bounded(trace: Trace): Trace | undefined {
  const without = [
    (t: Trace): Trace => t,
    (t: Trace): Trace => ({ ...t, rewrites: [] }),
    (t: Trace): Trace => ({
      ...t,
      rewrites: [],
      truncated: t.truncated ?? 'its values are too many to be sent, so each node has its first four',
      nodes: t.nodes.map((n) => (n.values ? { ...n, values: { ...n.values, first: n.values.first.slice(0, 4) } } : n)),
    }),
  ];
  return without.map((f) => f(trace)).find((t) => encode(t).length < longest);
}

let recording: Inspect.Recording<unknown> | undefined;

async function sendGraph({ asked, node }: Extract<RunnerRequest, { kind: 'graph' }>): Promise<void> {
  try {
    if (!recording) throw new Error('the program has no graph yet; wait for its end');
    const graph = await recording.graphOf(node);
    if (encode(graph).length > longest) throw new Error('the data of the graph are above 7 MB');
    send({ kind: 'graph', asked, graph });
  } catch (error) {
    send({ kind: 'graph', asked, why: (error as Error).message });
  }
}

/** Hears what the browser reports, in place of an error of the program. */
let hears: ((event: ErrorEvent) => void) | undefined;

/**
 * Returns where a syntax error stands that the browser finds when it reads the program, as a line
 * of a stack: the error itself does not say, but what the browser reports of it does. Chromium
 * names the file that reports it, so a place counts if the program has it.
 */
function placeOf(error: SyntaxError, text: string): string {
  let place = '';
  hears = ({ lineno, colno }) => {
    if (colno <= (text.split('\n')[lineno - 1]?.length ?? -1) + 1) place = `\n    at program.ts:${lineno}:${colno}`;
  };
  reportError(error);
  hears = undefined;
  return place;
}

/** A module whose one function returns a vector. */
const vectors = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b,
]);

/** Chooses a device that runs here for programs that choose none, if webasm does not. */
async function chooseDevice(): Promise<void> {
  if ('WebAssembly' in self && WebAssembly.validate(vectors)) return;
  const { setDevice } = (await import(/* @vite-ignore */ await files.addressOf('cotangent'))) as typeof Cotangent;
  await setDevice('reference');
  print('warn', 'This browser has no WebAssembly with SIMD, so a program that chooses no device runs on reference.');
}

async function run({ pieces, imports }: Extract<RunnerRequest, { kind: 'run' }>): Promise<void> {
  const addresses: string[] = [];
  for (const name of imports) addresses.push(await files.addressOf(name));
  const text = pieces.map((piece, i) => piece + (addresses[i] ?? '')).join('');
  const program = URL.createObjectURL(new Blob([text, '\n//# sourceURL=program.ts'], { type: 'text/javascript' }));
  const { record } = (await import(/* @vite-ignore */ await files.addressOf('inspect'))) as typeof Inspect;
  await chooseDevice();
  try {
    recording = await record(() => import(/* @vite-ignore */ program) as Promise<unknown>, {
      isProgram: (file) => file === 'program.ts',
      mostNodes: 10_000,
    });
    flush();
    const small = bounded(recording.trace);
    send({ kind: 'done', ...(small && { trace: small }) });
  } catch (error) {
    if (error instanceof SyntaxError && !String(error.stack).includes('program.ts:')) {
      // A module is known to the reader by its name.
      addresses.forEach((address, i) => {
        const name = Object.keys(modules).find((module) => modules[module] === imports[i]);
        error.message = error.message.replace(address, name!);
      });
      error.stack = `${error.name}: ${error.message}${placeOf(error, text)}`;
    }
    fail(error);
  }
}

self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  fail(event.reason);
});
self.addEventListener('error', (event) => {
  event.preventDefault();
  if (hears) hears(event);
  else fail(event.error ?? event.message);
});
self.addEventListener('message', ({ data }: MessageEvent<RunnerRequest>) => {
  if (data.kind === 'files') files.add(data.files);
  else if (data.kind === 'graph') void sendGraph(data);
  else void run(data).catch(fail);
});
// The engine is there before a program is: it takes longer to load than most programs take to run.
void Promise.all(['cotangent', 'inspect'].map(async (name) => import(/* @vite-ignore */ await files.addressOf(name))))
  .then(() => send({ kind: 'ready' }))
  .catch(fail);
