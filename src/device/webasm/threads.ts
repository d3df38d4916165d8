import { builtin } from '../builtin.ts';
import { forbidden } from '../forbidden.ts';
import { heap } from './heap.ts';
import type { Routine } from './module.ts';

/** A routine and what it is called with. */
export interface Call {
  readonly routine: Routine;
  readonly args: readonly number[];
}

/** Calls that one thread makes one after the other. */
export type Part = readonly Call[];

/**
 * Places in the control block, in integers: an odd state is open for helpers, each change of it is
 * a new number.
 */
const place = { state: 0, next: 1, active: 2, parts: 3, failed: 4, table: 5 } as const;
export const mostParts = 32;
export const mostCalls = 16;
const mostArgs = 12;
/**
 * A call in the table: the routine's number, where its binary is, its length, how many arguments,
 * and these.
 */
const callLength = 4 + mostArgs;
const partLength = 1 + mostCalls * callLength;
/** After the parts comes what each thread does before its first. */
const controlLength = place.table + (mostParts + 1) * partLength;

/**
 * Milliseconds that a helper looks for work before it sleeps: to wake it takes 0.03, and it may
 * wake on the core of who woke it, in whose place it then works. The product of 256 × 256 (W4 of
 * the benchmark) takes 0.47 in place of 0.50, the Hessian-vector product (W9) 2.3 in place of 2.6,
 * the step of 40 heads (W8) 3.5 in place of 3.8.
 */
const patience = 0.2;

/**
 * What a helper does. It takes parts as long as there are any, then looks for a while and sleeps
 * until the state changes. `active` is counted up before the state is looked at again, so that the
 * table is never rewritten under a helper that reads it.
 */
const helper = `
function help({ memory, control, place, callLength, partLength, mostParts, thread }) {
  const integers = new Int32Array(memory.buffer, 0, control + place.table + (mostParts + 1) * partLength);
  const at = (name) => control + place[name];
  const known = new Map();
  function routine(id, address, length) {
    if (!known.has(id)) {
      if (known.size >= 512) known.clear();
      const module = new WebAssembly.Module(new Uint8Array(memory.buffer, address >>> 0, length).slice());
      known.set(id, new WebAssembly.Instance(module, { env: { memory }, Math }).exports.run);
    }
    return known.get(id);
  }
  function work(part) {
    let row = at('table') + part * partLength;
    for (let calls = integers[row++]; calls > 0; calls--, row += callLength) {
      const [id, address, length, count] = integers.subarray(row, row + 4);
      routine(id, address, length)(...integers.subarray(row + 4, row + 4 + count), thread);
    }
  }
  for (;;) {
    const state = Atomics.load(integers, at('state'));
    if (state % 2 !== 0) {
      Atomics.add(integers, at('active'), 1);
      if (Atomics.load(integers, at('state')) === state) {
        try {
          const next = () => Atomics.add(integers, at('next'), 1);
          const count = integers[at('parts')];
          let part = next();
          if (part < count) work(mostParts);
          for (; part < count; part = next()) work(part);
        } catch {
          Atomics.store(integers, at('failed'), 1);
        }
      }
      Atomics.sub(integers, at('active'), 1);
      Atomics.notify(integers, at('active'));
    }
    const until = performance.now() + ${patience};
    while (Atomics.load(integers, at('state')) === state && performance.now() < until);
    Atomics.wait(integers, at('state'), state);
  }
}`;

interface Host {
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly document?: Document;
}
const host = globalThis as Host;

interface NodeSystem {
  availableParallelism(): number;
}

interface NodeWorkers {
  readonly isMainThread: boolean;
  readonly Worker: new (code: string, options: object) => { unref(): void };
}

/**
 * Starts helpers; gives how many. None where memory cannot be shared, and in a worker: who has
 * workers has given the cores away.
 */
function start(message: object): number {
  const node = builtin('node:worker_threads') as NodeWorkers | undefined;
  if (node) {
    const system = builtin('node:os') as NodeSystem;
    const helpers = node.isMainThread ? Math.min(system.availableParallelism() - 1, 7) : 0;
    const code = `${helper}\nhelp(require('node:worker_threads').workerData)`;
    for (let i = 1; i <= helpers; i++)
      new node.Worker(code, { eval: true, workerData: { ...message, thread: i } }).unref();
    return helpers;
  }
  if (!mayStart()) return 0;
  const helpers = Math.min((host.navigator?.hardwareConcurrency ?? 1) - 1, 7);
  const url = URL.createObjectURL(
    new Blob([`${helper}\nonmessage = (e) => help(e.data)`], { type: 'text/javascript' }),
  );
  // Refused, at once or later: this thread computes alone.
  const refused = (): void => void (control = { at: 0, helpers: 0 });
  try {
    for (let i = 1; i <= helpers; i++) {
      const worker = new Worker(url);
      worker.onerror = refused;
      worker.postMessage({ ...message, thread: i });
    }
  } catch {
    return 0;
  }
  return helpers;
}

/**
 * Whether a page lets helpers start, from a text. What a Content-Security-Policy says of workers
 * can only be asked by starting one, and the browser complains on the console if that is refused.
 * So a page with a policy against code from text has to allow them where it can be read.
 */
function mayStart(): boolean {
  if (!host.document) return false;
  const policy = host.document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy" i]')?.content;
  const workers = /\bworker-src([^;]*)/.exec(policy ?? '')?.[1];
  return workers === undefined ? forbidden('cpu') === undefined : /\sblob:/.test(workers);
}

interface Control {
  /** Where the control block begins, in integers. */
  readonly at: number;
  readonly helpers: number;
}

let control: Control | undefined;

function open(): Control {
  const { memory, limits } = heap();
  if (!limits.shared) return { at: 0, helpers: 0 };
  const at = heap().take(4 * controlLength) / 4;
  heap().integers.fill(0, at, at + controlLength);
  return { at, helpers: start({ memory, control: at, place, callLength, partLength, mostParts }) };
}

/** How many threads share a routine's work. Helpers are started when this is first asked for. */
export const threads = (): number => (control ??= open()).helpers + 1;

/** Where routines' binaries lie for the helpers, as long as the routines are there. */
const binaries = new WeakMap<Routine, number>();
const finalizer = new FinalizationRegistry<readonly [number, number]>(([at, bytes]) => heap().give(at, bytes));

function binaryOf(routine: Routine): number {
  let at = binaries.get(routine);
  if (at === undefined) {
    const { bytes } = routine;
    binaries.set(routine, (at = heap().take(bytes.length)));
    finalizer.register(routine, [at, bytes.length]);
    new Uint8Array(heap().memory.buffer).set(bytes, at);
  }
  return at;
}

function write(parts: readonly Part[], before: Part, at: number): void {
  if (parts.length > mostParts || [before, ...parts].some((calls) => calls.length > mostCalls))
    throw new Error(`internal: at most ${mostParts} parts of ${mostCalls} calls each have room in the table`);
  const rows = [before, ...parts].map((calls) => {
    const row = [calls.length];
    for (const { routine, args } of calls) {
      row.push(routine.id, binaryOf(routine), routine.bytes.length, args.length, ...args);
      while ((row.length - 1) % callLength !== 0) row.push(0);
    }
    return row;
  });
  const { integers } = heap();
  rows.forEach((row, i) => integers.set(row, at + place.table + (i === 0 ? mostParts : i - 1) * partLength));
}

const work = (part: Part): void => part.forEach(({ routine, args }) => routine.run(...args));

/**
 * Lets a thread that waits for others sleep where it may; on a page's own thread it goes on
 * looking.
 */
function pause(integers: Int32Array, at: number, value: number): void {
  try {
    Atomics.wait(integers, at, value, 1);
  } catch {
    // A page's own thread may not sleep.
  }
}

/**
 * Runs parts that do not depend on each other, on all threads; returns when all are done. Each
 * thread that gets a part does `before` first. Routines get the thread's number after their
 * arguments: none on this thread, which counts as 0.
 */
export function parallel(parts: readonly Part[], before: Part = []): void {
  if (parts.length === 1 || threads() === 1) return [before, ...parts].forEach(work);
  const { at } = control!;
  write(parts, before, at);
  const { integers } = heap();
  integers[at + place.parts] = parts.length;
  integers[at + place.failed] = 0;
  Atomics.store(integers, at + place.next, 0);
  Atomics.add(integers, at + place.state, 1);
  Atomics.notify(integers, at + place.state);
  try {
    work(before);
    for (let i; (i = Atomics.add(integers, at + place.next, 1)) < parts.length;) work(parts[i]!);
  } finally {
    Atomics.add(integers, at + place.state, 1);
    for (let tries = 0, active; (active = Atomics.load(integers, at + place.active)) > 0; tries++)
      if (tries > 10_000) pause(integers, at + place.active, active);
  }
  if (Atomics.load(integers, at + place.failed) !== 0) throw new Error('webasm: a kernel failed on another thread');
}
