/**
 * Trains in loops for a long time and checks that nothing grows: JavaScript's heap, the memory of
 * the process, the buffers that `memory()` counts, open handles and open files.
 *
 *     npm run soak -- [--minutes 60] [--log FILE]
 *
 * Each round writes a line of numbers to the log. The first fifth is warm-up, in which caches fill.
 * After that, the medians of the first and the last third are compared. The exit code is 1 if
 * something grew.
 */
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memory } from '../src/index.ts';
import '../test/support/collector.ts';
import { loops } from './soakLoops.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, log: { type: 'string' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`soak: --minutes must be a positive number, got '${values.minutes}'`);

/** What is measured after a round: memory in bytes, and numbers of buffers, handles and files. */
interface Sample {
  readonly minute: number;
  readonly loops: number;
  readonly heap: number;
  readonly rss: number;
  readonly hostArrays: number;
  readonly buffers: number;
  readonly bytes: number;
  readonly handles: number;
  readonly files: number;
}

/**
 * The growth that is allowed from the first third to the last: a part of the first value plus an
 * absolute number.
 */
const allowed: Partial<Record<keyof Sample, readonly [part: number, number: number]>> = {
  heap: [0.02, 1e6],
  rss: [0.05, 4e6],
  hostArrays: [0.02, 1e6],
  buffers: [0, 0],
  bytes: [0, 0],
  handles: [0, 0],
  files: [0, 0],
};

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

/**
 * Returns what is measured now, `began` being the time at which the soak began and `count` the
 * number of loops so far. It collects garbage several times before, because finalizers run in
 * separate tasks.
 */
async function measure(began: number, count: number): Promise<Sample> {
  for (let turn = 0; turn < 4; turn++) {
    (globalThis as { gc?: () => void }).gc!();
    await wait(20);
  }
  const { heapUsed, rss, arrayBuffers } = process.memoryUsage();
  return {
    minute: Number(((performance.now() - began) / 60_000).toFixed(2)),
    loops: count,
    heap: heapUsed,
    rss,
    hostArrays: arrayBuffers,
    ...memory(),
    handles: process.getActiveResourcesInfo().length,
    files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
  };
}

const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'cotangent-soak-'));
const samples: Sample[] = [];
let count = 0;
console.log(`soak: ${minutes} minutes, ${loops.length} loops a round; node ${process.versions.node},`);
console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} of its cores to be had`);
if (values.log !== undefined) writeFileSync(values.log, '');
try {
  for (let round = 0; performance.now() - began < minutes * 60_000; round++) {
    for (const [name, loop] of loops) {
      await loop(round, folder).catch((error: unknown) => {
        throw new Error(`soak: ${name} failed in round ${round}`, { cause: error });
      });
      count++;
    }
    samples.push(await measure(began, count));
    if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(samples.at(-1))}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

const kept = samples.slice(Math.floor(samples.length / 5));
const third = Math.floor(kept.length / 3);
if (third < 3)
  throw new Error(`soak: nine rounds after the warm-up are needed, got ${kept.length}; give it more minutes`);
console.log(`${count} loops in ${samples.length} rounds, ${samples.at(-1)!.minute} minutes`);
for (const [name, [part, number]] of Object.entries(allowed) as [keyof Sample, readonly [number, number]][]) {
  const [early, late] = [kept.slice(0, third), kept.slice(-third)].map((list) => median(list.map((s) => s[name])));
  const grew = late! - early! > part * early! + number;
  if (grew) process.exitCode = 1;
  console.log(`${name.padEnd(10)} ${early} → ${late}${grew ? '  GREW' : ''}`);
}
