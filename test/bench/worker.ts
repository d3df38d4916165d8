// One library on one workload. The parent asks, this process answers; it ends when the parent goes.
import Benchmark from 'benchmark';
import type { Library, Ready } from './library.ts';
import type { Answer, Asked, Round, Started } from './messages.ts';
import { workloads } from './workloads.ts';

const [name, at] = process.argv.slice(2) as [string, string];
const { kind, variant, inputs } = workloads[Number(at)]!;
const written = ['cotangent', 'copy'].includes(name) ? 'ts' : 'js';

let ready: Ready;
const arrays: (readonly ArrayLike<number>[])[] = [];

async function start(): Promise<Started> {
  const values = inputs();
  const began = performance.now();
  const { library } = (await import(`./libraries/${name}.${written}`)) as { library: Library };
  await library.start();
  const imported = performance.now();
  ready = library.kinds[kind]!(values, variant);
  arrays.push(await ready.call());
  return {
    backend: library.backend(),
    importing: imported - began,
    first: performance.now() - imported,
  };
}

/** What the first three calls gave, and the weights after them. */
async function check(): Promise<{ arrays: Float32Array[] }> {
  arrays.push(await ready.call(), await ready.call());
  if (ready.state) arrays.push(await ready.state());
  return { arrays: arrays.flat().map((a) => Float32Array.from(a)) };
}

/** One run of Benchmark.js: samples of several calls each, as many as the time allows. */
async function time(seconds: number): Promise<Round> {
  let calls = 0;
  const before = process.cpuUsage();
  const wall = await new Promise<number[]>((resolve, reject) => {
    new Benchmark({
      defer: true,
      fn: (deferred: { resolve: () => void }) => {
        calls++;
        ready.call().then(() => deferred.resolve(), reject);
      },
      minSamples: 3,
      maxTime: seconds,
      minTime: Math.min(0.05, seconds / 10),
      onComplete: ({ target }: { target: Benchmark }) =>
        target.error ? reject(target.error as Error) : resolve(target.stats.sample.map((s) => s * 1000)),
    }).run({ async: true });
  });
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 / calls };
}

const answer = (asked: Asked): Promise<Started | { arrays: Float32Array[] } | Round> =>
  asked.task === 'start' ? start() : asked.task === 'check' ? check() : time(asked.seconds);

const send = (message: Answer): void => void process.send!(message);
process.on('message', (asked: Asked) => {
  answer(asked).then(
    (answer) => send({ answer }),
    (error: unknown) => send({ error: String((error as Error).stack ?? error) }),
  );
});
process.on('disconnect', () => process.exit());
