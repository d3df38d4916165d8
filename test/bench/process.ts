import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Entrant } from './entrant.ts';
import type { Place } from './lists.ts';
import type { Answer, Running } from './messages.ts';
import { startPytorch } from './pytorch.ts';

/** Starts the process for a library and a workload. */
export async function start(entrant: Entrant, place: Place): Promise<Running> {
  const { library } = entrant;
  if (library === 'pytorch') return startPytorch(entrant, place);
  const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [JSON.stringify({ entrant, place })], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // Libraries greet and warn; it is shown if something goes wrong.
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (text) => (said = `${said}${text}`.slice(-4000)));
  return {
    ask: (task, asked) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          child.off('message', answered);
          child.off('exit', exited);
        };
        const answered = (message: unknown): void => {
          done();
          const m = message as Answer;
          if ('error' in m) reject(new Error(`bench: ${library} failed: ${m.error}\n${said}`));
          else resolve(m.answer as never);
        };
        const exited = (code: number | null): void => {
          done();
          reject(new Error(`bench: ${library} must answer, got exit code ${code}\n${said}`));
        };
        child.on('message', answered);
        child.on('exit', exited);
        child.send({ task, ...asked });
      }),
    async end() {
      if (child.connected) child.disconnect();
    },
  };
}
