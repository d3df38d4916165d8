import Benchmark from 'benchmark';
import type { Entrant } from './entrant.ts';
import type { Library, Ready } from './library.ts';
import type { Started, Told } from './messages.ts';
import type { Workload } from './workloads.ts';

/** The samples of one run of Benchmark.js, and how often it called. */
export interface Timed {
  readonly wall: readonly number[];
  readonly calls: number;
}

/** A library on a workload, in the process or page that this is called in. */
export interface Session {
  readonly start: () => Promise<Started>;
  /** What the first three calls gave, and the weights after them. */
  readonly check: () => Promise<{ arrays: Float32Array[] }>;
  /** One run of Benchmark.js: samples of several calls each, as many as the time allows. */
  readonly time: (seconds: number) => Promise<Timed>;
  readonly tell: () => Promise<Told>;
}

/**
 * `load` imports the library. A sample lasts at least `sample` seconds, where the time allows for
 * ten of them.
 */
export function session(
  { kind, inputs }: Workload,
  { backend, variant }: Entrant,
  load: () => Promise<{ library: Library }>,
  sample: number,
): Session {
  let ready: Ready;
  const arrays: (readonly ArrayLike<number>[])[] = [];
  return {
    async start() {
      const values = inputs();
      const began = performance.now();
      const { library } = await load();
      await library.start(backend);
      const imported = performance.now();
      ready = library.kinds[kind]!(values, variant);
      arrays.push(await ready.call());
      const called = performance.now();
      return {
        backend: library.backend(),
        importing: imported - began,
        first: called - imported,
      };
    },
    async check() {
      arrays.push(await ready.call(), await ready.call());
      if (ready.state) arrays.push(await ready.state());
      return { arrays: arrays.flat().map((a) => Float32Array.from(a)) };
    },
    async time(seconds) {
      const timed = ready.timed ?? ready.call;
      let calls = 0;
      const wall = await new Promise<number[]>((resolve, reject) => {
        new Benchmark({
          defer: true,
          fn: (deferred: { resolve: () => void }) => {
            calls++;
            timed().then(() => deferred.resolve(), reject);
          },
          minSamples: 1,
          maxTime: seconds,
          minTime: Math.min(sample, seconds / 10),
          onComplete: ({ target }: { target: Benchmark }) =>
            target.error ? reject(target.error as Error) : resolve(target.stats.sample.map((s) => s * 1000)),
        }).run({ async: true });
      });
      return { wall, calls };
    },
    tell: async () => (ready.plan ? { plan: await ready.plan() } : {}),
  };
}
