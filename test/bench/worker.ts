// One library on one workload. The parent asks, this process answers; it ends when the parent goes.
import type { Entrant } from './entrant.ts';
import type { Library } from './library.ts';
import type { Answer, Asked, Round, Tasks, Told } from './messages.ts';
import { session } from './session.ts';
import { wasmBytes } from './wasmBytes.ts';
import { workloadAt, type Place } from './lists.ts';

const { entrant, place } = JSON.parse(process.argv[2]!) as { entrant: Entrant; place: Place };
const written = ['cotangent', 'copy'].includes(entrant.library) ? 'ts' : 'js';
const load = async (): Promise<{ library: Library }> =>
  (await import(`./libraries/${entrant.library}.${written}`)) as { library: Library };
const { start, check, time, tell } = session(workloadAt(place), entrant, load, 0.05);

async function told(): Promise<Told> {
  const held = { wasm: wasmBytes(), resident: process.memoryUsage().rss };
  return { ...(await tell()), held };
}

async function timed(seconds: number): Promise<Round> {
  const before = process.cpuUsage();
  const { wall, calls } = await time(seconds);
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 / calls };
}

const tasks: { readonly [K in keyof Tasks]: (asked: Tasks[K]['asked']) => Promise<Tasks[K]['answer']> } = {
  start,
  check,
  time: ({ seconds }) => timed(seconds),
  tell: told,
};

const send = (message: Answer): void => void process.send!(message);
process.on('message', (asked: Asked) => {
  tasks[asked.task](asked as never).then(
    (answer) => send({ answer }),
    (error: unknown) => send({ error: String((error as Error).stack ?? error) }),
  );
});
process.on('disconnect', () => process.exit());
