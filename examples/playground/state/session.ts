import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { DeviceName } from 'cotangent';
import type { GraphData, KernelOf, Position, Trace } from 'cotangent/inspect';
import runnerScript from 'virtual:script/runner';
import type { Compiled } from '../run/compile.ts';
import { devices } from '../run/devices.ts';
import { failureOf, type Failure } from '../run/failure.ts';
import { loadPart } from '../run/loadPart.ts';
import { partOf } from '../run/parts.ts';
import { mostLines, type ConsoleText, type RunnerReport } from '../run/report.ts';
import { sandbox, type Inmate, type Sandbox } from '../run/sandbox.ts';
import type { MergeRequest } from '../run/trustedRequest.ts';

export type Status = 'idle' | 'running' | 'stopped' | 'failed';

export interface KernelRequest {
  readonly node: number;
  readonly device: string;
}

export type KernelText = KernelOf & { readonly device: string };

/** Runs programs in the sandbox, and asks the devices about them. */
export interface Session {
  readonly status: ReadonlySignal<Status>;
  readonly lines: ReadonlySignal<readonly ConsoleText[]>;
  /** The number of lines that the console has no room for. */
  readonly dropped: ReadonlySignal<number>;
  readonly failure: ReadonlySignal<Failure | undefined>;
  /** A sentence about the run itself: why it was ended. */
  readonly note: ReadonlySignal<string>;
  /** The seconds until a silent run is ended, when they are few. */
  readonly countdown: ReadonlySignal<number | undefined>;
  /** Runs a program, in place of the one that runs. Resolves when it has ended. */
  readonly run: (text: string) => Promise<void>;
  /** Ends the program and its timers. */
  readonly stop: () => void;
  /** Returns the kernels that compute a node of the trace on a device, with the trace's ids. */
  readonly kernels: (request: KernelRequest) => Promise<readonly KernelText[]>;
  /** Merges recorded lanes by the engine's rule. */
  readonly merge: (request: MergeRequest) => Promise<readonly number[]>;
  /** Lets a silent run go on without a limit. */
  readonly wait: () => void;
}

/** A program that sends nothing for so long is ended, and so many seconds before a count begins. */
const [silence, warning] = [30, 5];

/** Returns a trace whose places are those of the program's text, in place of the JavaScript's. */
function placed(trace: Trace, original: Compiled['original']): Trace {
  const at = (p: Position | undefined): { readonly position?: Position } =>
    p ? { position: { file: 'program.ts', ...original(p) } } : {};
  return {
    ...trace,
    nodes: trace.nodes.map((n) => ({ ...n, ...at(n.position) })),
    sweeps: trace.sweeps.map((s) => ({ ...s, ...at(s.position) })),
    reads: trace.reads.map((r) => ({ ...r, ...at(r.position) })),
  };
}

/** A worker with the engine, and what it tells once a program runs in it. */
interface Ready {
  readonly inmate: Inmate;
  hear: (report: RunnerReport) => void;
  broke: (reason: string) => void;
}

export function makeSession(trace: Signal<Trace | undefined>): Session {
  const status = signal<Status>('idle');
  const lines = signal<readonly ConsoleText[]>([]);
  const dropped = signal(0);
  const failure = signal<Failure | undefined>(undefined);
  const note = signal('');
  const countdown = signal<number | undefined>(undefined);

  let box: Sandbox | undefined;
  let spare: Ready | undefined;
  let current: Ready | undefined;
  let clock: ReturnType<typeof setInterval> | undefined;
  let ended: () => void = () => undefined;
  let heard = 0;
  const trusted = devices();
  const graphs = new Map<number, (report: Extract<RunnerReport, { kind: 'graph' }>) => void>();
  let graphsAsked = 0;

  function makeWorker(): Ready {
    box ??= sandbox();
    /** The parts that the worker has; it gets each once. */
    const given = new Set<string>(['core']);
    const inmate = box.make(runnerScript, {
      said: (report) => {
        if (report.kind === 'need') {
          const part = partOf(report.name);
          if (!part || given.has(report.name)) return;
          given.add(report.name);
          void loadPart(part).then((files) => inmate.post({ kind: 'files', files }));
        } else ready.hear(report);
      },
      broke: (reason) => {
        if (spare === ready) spare = undefined;
        ready.broke(reason);
      },
    });
    const ready: Ready = { inmate, hear: () => undefined, broke: () => undefined };
    void loadPart('core').then((files) => inmate.post({ kind: 'files', files }));
    return ready;
  }

  function finish(to: Status, why = ''): void {
    clearInterval(clock);
    countdown.value = undefined;
    note.value = why;
    status.value = to;
    ended();
  }

  function end(): void {
    current?.inmate.end();
    current = undefined;
    for (const answer of graphs.values()) answer({ kind: 'graph', asked: 0, why: 'the program was ended' });
    graphs.clear();
  }

  /** Ends a run that has sent nothing for too long. */
  function watch(): void {
    const left = silence - (performance.now() - heard) / 1000;
    countdown.value = left <= warning ? Math.max(0, Math.ceil(left)) : undefined;
    if (left > 0) return;
    end();
    finish('stopped', `The program sent nothing for ${silence} seconds and was ended.`);
  }

  function hear(report: RunnerReport, { original }: Compiled): void {
    heard = performance.now();
    if (report.kind === 'graph') {
      graphs.get(report.asked)?.(report);
      graphs.delete(report.asked);
    } else if (report.kind === 'console') {
      const room = mostLines - lines.value.length;
      lines.value = [...lines.value, ...report.lines.slice(0, room)];
      dropped.value += report.dropped + Math.max(0, report.lines.length - room);
    } else if (report.kind === 'failed') {
      failure.value = failureOf(report, original);
      // As in Node, an error that nobody caught ends the program, with its timers.
      end();
      finish('failed');
    } else if (report.kind === 'done') {
      trace.value = report.trace && placed(report.trace, original);
      finish('idle', report.trace ? '' : 'The trace of the program is above 8 MB, so there is no graph.');
    }
  }

  /** Asks the program's worker for the graph of a node, as data. */
  function graphOf(node: number): Promise<GraphData> {
    const asked = (graphsAsked += 1);
    return new Promise((resolve, reject) => {
      if (!current) {
        reject(new Error('the program was ended; run it again'));
        return;
      }
      graphs.set(asked, ({ graph, why }) => (graph ? resolve(graph) : reject(new Error(why ?? 'there is no graph'))));
      current.inmate.post({ kind: 'graph', asked, node });
    });
  }

  async function kernels({ node, device }: KernelRequest): Promise<readonly KernelText[]> {
    const graph = await graphOf(node);
    const steps = await trusted.kernels(graph, device as DeviceName);
    const named = (places: readonly number[]): readonly number[] => places.map((place) => graph.ids?.[place] ?? place);
    return steps.map((step) => ({
      ...step,
      device,
      ids: { root: named(step.ids.root), fused: named(step.ids.fused), inputs: named(step.ids.inputs) },
      variables: Object.fromEntries(
        Object.entries(step.variables).map(([place, names]) => [named([Number(place)])[0]!, names]),
      ),
    }));
  }

  async function run(text: string): Promise<void> {
    end();
    ended();
    [lines.value, dropped.value, failure.value, note.value] = [[], 0, undefined, ''];
    status.value = 'running';
    heard = performance.now();
    const worker = (current = spare ?? makeWorker());
    spare = undefined;
    const parts = await import('../run/compile.ts').catch(() => undefined);
    if (!parts) {
      end();
      finish('failed', 'A part of the page could not be loaded. Reload the page to try again.');
      return;
    }
    const { compile, CompileError } = parts;
    // It was stopped, or the next run has begun.
    if (current !== worker) return;
    let compiled: Compiled;
    try {
      compiled = compile(text);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      const { name, message, place } = error;
      failure.value = { name, message, calls: [], inside: [], ...(place && { place }) };
      // It has run nothing, so it serves the next run, unless another one waits already.
      if (spare) current.inmate.end();
      else spare = current;
      current = undefined;
      finish('failed');
      return;
    }
    clearInterval(clock);
    clock = setInterval(watch, 250);
    worker.hear = (report) => hear(report, compiled);
    worker.broke = (reason) => {
      current = undefined;
      finish('failed', `The program was ended: ${reason}.`);
    };
    worker.inmate.post({ kind: 'run', pieces: compiled.pieces, imports: compiled.imports });
    await new Promise<void>((resolve) => (ended = resolve));
    spare ??= makeWorker();
  }

  return {
    status,
    lines,
    dropped,
    failure,
    note,
    countdown,
    run,
    stop: () => {
      // A program that has ended may still have timers.
      end();
      if (status.value === 'running') finish('stopped', 'Stopped.');
    },
    kernels,
    merge: trusted.merge,
    wait: () => {
      clearInterval(clock);
      countdown.value = undefined;
    },
  };
}
