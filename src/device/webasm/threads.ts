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
type Part = readonly Call[];

/**
 * Places in the control block, in integers: an odd state is open for workers, each change of it is
 * a new number.
 */
const place = { state: 0, next: 1, active: 2, parts: 3, failed: 4, table: 5 } as const;
export const mostParts = 32;
/**
 * Integers of a part in the table: how many calls it has, and of each the routine's number, where
 * its binary is, its length, how many arguments, and these.
 */
const partLength = 64;
const controlLength = place.table + mostParts * partLength;

/**
 * The text of what a worker does. It takes parts as long as there are any, and sleeps until the
 * state changes. `active` is counted up before the state is looked at again, so that the table is
 * never rewritten under a worker that reads it.
 */
const loop = `
function work({ memory, control, place, partLength, controlLength }) {
  const integers = new Int32Array(memory.buffer, 0, control + controlLength);
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
  function doPart(part) {
    let row = at('table') + part * partLength;
    for (let calls = integers[row++]; calls > 0; calls--) {
      const [id, address, length, count] = integers.subarray(row, row + 4);
      routine(id, address, length)(...integers.subarray(row + 4, (row += 4 + count)));
    }
  }
  for (;;) {
    const state = Atomics.load(integers, at('state'));
    if (state % 2 !== 0) {
      Atomics.add(integers, at('active'), 1);
      if (Atomics.load(integers, at('state')) === state) {
        try {
          for (let part; (part = Atomics.add(integers, at('next'), 1)) < integers[at('parts')];) doPart(part);
        } catch {
          Atomics.store(integers, at('failed'), 1);
        }
      }
      Atomics.sub(integers, at('active'), 1);
      Atomics.notify(integers, at('active'));
    }
    Atomics.wait(integers, at('state'), state);
  }
}`;

interface Host {
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly document?: Document;
}
const host = globalThis as Host;

/** How many workers there are beside this thread, on so many cores. */
const most = (cores: number): number => Math.min(cores - 1, 7);

interface NodeWorkers {
  readonly isMainThread: boolean;
  readonly Worker: new (code: string, options: object) => { unref(): void };
}

/**
 * Starts workers, each of which gets the message; gives how many. There are none in a thread that
 * is a worker itself: that program uses the cores already.
 */
function start(message: object): number {
  const node = builtin('node:worker_threads') as NodeWorkers | undefined;
  if (node) {
    const system = builtin('node:os') as { availableParallelism(): number };
    const workers = node.isMainThread ? most(system.availableParallelism()) : 0;
    const code = `${loop}\nwork(require('node:worker_threads').workerData)`;
    for (let i = 0; i < workers; i++) new node.Worker(code, { eval: true, workerData: message }).unref();
    return workers;
  }
  if (!mayStart()) return 0;
  const workers = most(host.navigator?.hardwareConcurrency ?? 1);
  const code = new Blob([`${loop}\nonmessage = (e) => work(e.data)`], { type: 'text/javascript' });
  const url = URL.createObjectURL(code);
  try {
    for (let i = 0; i < workers; i++) {
      const worker = new Worker(url);
      // It may be refused later: this thread computes alone then.
      worker.onerror = () => void (control = alone);
      worker.postMessage(message);
    }
  } catch {
    return 0;
  }
  return workers;
}

/**
 * Whether a page lets workers start, from a text. What a Content-Security-Policy says of workers
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
  readonly workers: number;
}

const alone: Control = { at: 0, workers: 0 };
let control: Control | undefined;

/** Takes the control block and starts workers, where memory can be shared. */
function open(): Control {
  const { memory, sharedPages } = heap();
  if (sharedPages === undefined) return alone;
  const at = heap().take(4 * controlLength) / 4;
  heap().integers.fill(0, at, at + controlLength);
  return { at, workers: start({ memory, control: at, place, partLength, controlLength }) };
}

/** How many threads share a routine's work. Workers are started when this is first asked for. */
export const threads = (): number => (control ??= open()).workers + 1;

/** Where routines' binaries lie for the workers, as long as the routines are there. */
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

/** Writes parts into the table, where workers read them. */
function write(parts: readonly Part[], table: number): void {
  parts.forEach((calls, i) => {
    const row = [calls.length];
    for (const { routine, args } of calls)
      row.push(routine.id, binaryOf(routine), routine.bytes.length, args.length, ...args);
    if (i >= mostParts || row.length > partLength) throw new Error('internal: the table of parts is full');
    heap().integers.set(row, table + i * partLength);
  });
}

/** Whether this thread may sleep while it waits for others: a page's own thread may not. */
const maySleep = host.document === undefined;

const work = (part: Part): void => part.forEach(({ routine, args }) => routine.run(...args));

/** Where the i-th of `count` about equal parts of n begins and ends, at multiples of `by`. */
export const share = (n: number, i: number, count: number, by = 1): [number, number] => [
  by * Math.floor((i * n) / (count * by)),
  i === count - 1 ? n : by * Math.floor(((i + 1) * n) / (count * by)),
];

/** Runs parts that do not depend on each other, on all threads; returns when all are done. */
export function parallel(parts: readonly Part[]): void {
  if (parts.length === 1 || threads() === 1) return parts.forEach(work);
  const { at } = control!;
  write(parts, at + place.table);
  const { integers } = heap();
  integers[at + place.parts] = parts.length;
  integers[at + place.failed] = 0;
  Atomics.store(integers, at + place.next, 0);
  Atomics.add(integers, at + place.state, 1);
  Atomics.notify(integers, at + place.state);
  try {
    for (let i; (i = Atomics.add(integers, at + place.next, 1)) < parts.length;) work(parts[i]!);
  } finally {
    Atomics.add(integers, at + place.state, 1);
    for (let tries = 0, active; (active = Atomics.load(integers, at + place.active)) > 0; tries++)
      if (tries > 10_000 && maySleep) Atomics.wait(integers, at + place.active, active, 1);
  }
  if (Atomics.load(integers, at + place.failed) !== 0) throw new Error('webasm: a kernel failed on another thread');
}
