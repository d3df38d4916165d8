import { memo } from '../../graph/memo.ts';
import { builtin } from '../builtin.ts';
import { forbidden } from '../forbidden.ts';
import { heap } from './heap.ts';
import type { Routine } from './module.ts';

/** A routine and its arguments. */
export interface Call {
  readonly routine: Routine;
  readonly args: readonly number[];
}

/** Calls that one thread makes in sequence. */
type Part = readonly Call[];

/**
 * The offsets of fields in the control block, in integers. `state` grows by 1 with each change, and
 * is odd while workers may take parts.
 */
const place = { state: 0, next: 1, active: 2, parts: 3, failed: 4, table: 5 } as const;
export const mostParts = 32;
/**
 * The number of integers that a part has in the table. They are the number of calls, and for each
 * call the routine's id, the address and length of its binary, the number of arguments, and the
 * arguments.
 */
const partLength = 64;
const controlLength = place.table + mostParts * partLength;

/**
 * The source text of the function `work`, which a worker runs without end. While `state` is odd,
 * the worker takes the numbers of parts from `next` until none is left, and runs each part as the
 * table describes it; if one throws, it sets `failed`. Then it sleeps until `state` changes. The
 * worker increments `active` before it checks `state` a second time, and `parallel` waits until
 * `active` is 0, so the table is never rewritten while a worker reads it.
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

/** Returns the number of workers to start in addition to this thread. */
const most = (cores: number): number => Math.min(cores - 1, 7);

interface NodeWorkers {
  readonly isMainThread: boolean;
  readonly Worker: new (code: string, options: object) => { unref(): void };
}

/**
 * Starts workers, sends each the message, and returns their number. In a thread that is itself a
 * worker it starts none, because the program then uses the cores already.
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
      // The browser may refuse a worker later; then this thread computes alone.
      worker.onerror = () => void (control = alone);
      worker.postMessage(message);
    }
  } catch {
    return 0;
  }
  return workers;
}

/**
 * Tells whether a page lets workers start from a text. The only way to ask a
 * Content-Security-Policy about workers is to start one, and the browser logs an error if it
 * refuses. So in a page whose policy forbids code from text, workers are started only if a policy
 * in a meta element, which can be read, allows them. Returns false where there is no page.
 */
function mayStart(): boolean {
  if (!host.document) return false;
  const policy = host.document.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy" i]')?.content;
  const workers = /\bworker-src([^;]*)/.exec(policy ?? '')?.[1];
  return workers === undefined ? forbidden('cpu') === undefined : /\sblob:/.test(workers);
}

interface Control {
  /** The place of the control block in the heap, in integers. */
  readonly at: number;
  readonly workers: number;
}

const alone: Control = { at: 0, workers: 0 };
let control: Control | undefined;

/** Allocates the control block and starts workers, if memory can be shared. */
function open(): Control {
  const { memory, sharedPages } = heap();
  if (sharedPages === undefined) return alone;
  const at = heap().take(4 * controlLength) / 4;
  heap().integers.fill(0, at, at + controlLength);
  return { at, workers: start({ memory, control: at, place, partLength, controlLength }) };
}

/** Returns the number of threads that share the work. The first call starts the workers. */
export const threads = (): number => (control ??= open()).workers + 1;

/**
 * The addresses where workers find the binaries of routines. They are freed when a routine is
 * collected.
 */
const binaries = new WeakMap<Routine, number>();
const finalizer = new FinalizationRegistry<readonly [number, number]>(([at, bytes]) => heap().give(at, bytes));

const binaryOf = (routine: Routine): number =>
  memo(binaries, routine, () => {
    const { bytes } = routine;
    const at = heap().take(bytes.length);
    finalizer.register(routine, [at, bytes.length]);
    new Uint8Array(heap().memory.buffer).set(bytes, at);
    return at;
  });

/** Writes parts into the table, from which workers read them. */
function write(parts: readonly Part[], table: number): void {
  parts.forEach((calls, i) => {
    const row = [calls.length];
    for (const { routine, args } of calls)
      row.push(routine.id, binaryOf(routine), routine.bytes.length, args.length, ...args);
    if (i >= mostParts || row.length > partLength) throw new Error('internal: the table of parts is full');
    heap().integers.set(row, table + i * partLength);
  });
}

/** True if this thread may sleep while it waits for others. The main thread of a page may not. */
const maySleep = host.document === undefined;

const work = (part: Part): void => part.forEach(({ routine, args }) => routine.run(...args));

/**
 * Returns where part i begins and ends if 0 … n is divided into `count` parts of about equal size.
 * The ends are multiples of `by`, except the last.
 */
export const share = (n: number, i: number, count: number, by = 1): [number, number] => [
  by * Math.floor((i * n) / (count * by)),
  i === count - 1 ? n : by * Math.floor(((i + 1) * n) / (count * by)),
];

/**
 * Runs parts on all threads and returns when all are done. The parts must not depend on each other.
 * Throws if one fails.
 */
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
