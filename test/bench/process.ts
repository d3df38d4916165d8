import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Tasks } from './messages.ts';
import type { LibraryName } from './workloads.ts';

/** A library on a workload, in a process of its own that waits to be asked. */
export interface Running {
  readonly library: LibraryName;
  ask<K extends keyof Tasks>(task: K, asked: Tasks[K]['asked']): Promise<Tasks[K]['answer']>;
  end(): void;
}

/** Starts the process for a library and the workload at a place of the list. */
export function run(library: LibraryName, at: number): Running {
  const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), [library, `${at}`], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // Libraries greet and warn; it is shown if something goes wrong.
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (text) => (said = `${said}${text}`.slice(-4000)));
  return {
    library,
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
    end() {
      if (child.connected) child.disconnect();
    },
  };
}
