import { extname } from 'node:path';
import { Tinypool } from 'tinypool';
import { Stopped, type Cell, type Common, type Compute } from '../report/experiment.ts';
import type { Progress } from '../report/progressBar.ts';
import type { Store } from '../report/store.ts';
import { work, type Job, type Outcome } from './worker.ts';

export interface PoolOptions {
  readonly experiment: Job['experiment'];
  /** The user's module that exports the experiment, if it is none of this program. */
  readonly file?: string;
  readonly settings: Common;
  readonly folder: string;
  /** The number of workers; 0 computes all cells in this thread, one after the other. */
  readonly workers: number;
  readonly store: Store;
  /** The number of cells of the run, for the progress bar. */
  readonly total: number;
  readonly progress: Progress;
  /** Receives lines that the user should see. */
  readonly say: (line: string) => void;
}

/**
 * Worker threads that compute cells. `close` ends them; cells that have not started are not
 * computed.
 */
export interface Pool {
  readonly compute: Compute;
  close(): Promise<void>;
}

/** The script of the workers beside this file, compiled if this file is. */
const filename = new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href;

/** Returns a function that calls each function it gets when the one before has ended. */
function queue(): <T>(f: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (f) => {
    const next = last.then(f);
    last = next.catch(() => undefined);
    return next;
  };
}

/**
 * True if an error means that memory ran out. A worker that is out of memory ends with its cell; a
 * failed allocation leaves the worker alive.
 */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  ('code' in error
    ? error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    : error.name === 'RangeError' && /allocat|out of memory/i.test(error.message));

/**
 * Returns a pool of worker threads that compute cells. Each result is stored as soon as it arrives.
 * A result that the store has is not computed again.
 */
export function openPool(options: PoolOptions): Pool {
  const { experiment, file, settings, folder, workers, store, total, progress, say } = options;
  const threads = workers > 0 && new Tinypool({ filename, minThreads: 0, maxThreads: workers, idleTimeout: 600_000 });
  const line = queue();
  let closed = false;
  const here = (job: Job): Promise<Outcome> => {
    if (closed) throw new Error('internal: cells wait although the run has ended');
    return work(job);
  };
  const run = (job: Job): Promise<Outcome> => (threads ? threads.run(job, { name: 'work' }) : line(() => here(job)));
  /**
   * Runs a cell. If its worker ran out of memory, runs it once more, since other workers may have
   * used the memory. `again` is true then, and a second failure stops the run.
   */
  async function outcomeOf(job: Job, what: string, again: boolean): Promise<Outcome> {
    try {
      return await run(job);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (again)
        throw new Stopped(`${what}: its worker ran out of memory twice; fewer --workers leave more for each`, {
          cause: error,
        });
      say(`${what}: its worker ran out of memory; it is computed again`);
      return outcomeOf(job, what, true);
    }
  }
  async function resultOf<A>({ what, args }: Cell<A>): Promise<unknown> {
    const outcome = await outcomeOf(
      { experiment, settings, args, place: { folder }, ...(file !== undefined && { file }) },
      what,
      false,
    );
    if ('stopped' in outcome) throw new Stopped(outcome.stopped);
    return outcome.result;
  }
  let done = 0;
  async function one<A>(cell: Cell<A>): Promise<unknown> {
    const result = store.get(cell) ?? store.put(cell, await resultOf(cell));
    done += 1;
    progress(cell.what, Math.min(1, done / total));
    return result;
  }
  const compute: Compute = async <A, R>(cells: readonly Cell<A>[], { alone = false } = {}) => {
    if (!alone) return (await Promise.all(cells.map(one))) as R[];
    const results: unknown[] = [];
    for (const cell of cells) results.push(await one(cell));
    return results as R[];
  };
  const close = async (): Promise<void> => {
    closed = true;
    if (threads) await threads.destroy();
  };
  return { compute, close };
}
