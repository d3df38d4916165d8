import { extname } from 'node:path';
import { Tinypool } from 'tinypool';
import { Stopped, type Cell, type Common, type Compute } from '../report/experiment.ts';
import type { Progress } from '../report/progressBar.ts';
import type { Store } from '../report/store.ts';
import { work, type Job, type Outcome } from './worker.ts';

export interface PoolOptions {
  readonly experiment: Job['experiment'];
  readonly settings: Common;
  readonly folder: string;
  /** 0: everything in this thread, one after the other. */
  readonly workers: number;
  readonly store: Store;
  readonly total: number;
  readonly progress: Progress;
}

export interface Pool {
  readonly compute: Compute;
  close(): Promise<void>;
}

/** The worker beside this file, compiled or not like this file. */
const filename = new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href;

/** Calls one function after the other. */
function queue(): <T>(f: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (f) => {
    const next = last.then(f);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Worker threads that compute cells; each result goes into the store as it comes. */
export function openPool({ experiment, settings, folder, workers, store, total, progress }: PoolOptions): Pool {
  const threads = workers > 0 && new Tinypool({ filename, minThreads: 0, maxThreads: workers, idleTimeout: 600_000 });
  const line = queue();
  let done = 0;
  async function one<A>({ id, what, args }: Cell<A>): Promise<unknown> {
    let result = store.get(id);
    if (result === undefined) {
      const job: Job = { experiment, settings, args, place: { folder } };
      const outcome = (await (threads ? threads.run(job, { name: 'work' }) : line(() => work(job)))) as Outcome;
      if ('stopped' in outcome) throw new Stopped(outcome.stopped);
      ({ result } = outcome);
      store.put(id, result);
    }
    done += 1;
    progress(what, Math.min(1, done / total));
    return result;
  }
  const compute: Compute = async <A, R>(cells: readonly Cell<A>[], { alone = false } = {}) => {
    if (!alone) return (await Promise.all(cells.map(one))) as R[];
    const results: unknown[] = [];
    for (const cell of cells) results.push(await one(cell));
    return results as R[];
  };
  return { compute, close: async () => (threads ? threads.destroy() : undefined) };
}
