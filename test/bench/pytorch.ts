import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Entrant } from './entrant.ts';
import type { Input } from './inputs.ts';
import { workloadAt, type Place } from './lists.ts';
import type { Running, Started, Tasks } from './messages.ts';

/** A Python with PyTorch: that of the variable PYTHON, the first of PATH, or Debian's. */
const python = [process.env.PYTHON, 'python3', '/usr/bin/python3'].find(
  (name) => name !== undefined && spawnSync(name, ['-c', 'import torch']).status === 0,
);

/** PyTorch's version, or undefined where it is not installed. */
export const pytorch: string | undefined =
  python && spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' }).stdout.trim();

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');

const floats = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

/** Starts PyTorch on a workload, in a process of its own that times itself. */
export async function startPytorch({ variant }: Entrant, place: Place): Promise<Running> {
  const { kind, inputs } = workloadAt(place);
  // Debian's library of matrix products must choose its code for this processor by itself.
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const began = performance.now();
  const child = spawn(python!, [fileURLToPath(new URL('libraries/pytorch.py', import.meta.url))], { env });
  let said = '';
  child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4000)));
  // What is asked of a process that has ended is answered by 'close'.
  child.stdin.on('error', () => undefined);
  let settle: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => settle?.resolve(line));
  child.on('close', (code) => settle?.reject(new Error(`bench: PyTorch must answer, got exit code ${code}\n${said}`)));
  const answer = async <T>(asked?: object): Promise<T> => {
    const line = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));
    if (asked) child.stdin.write(`${JSON.stringify(asked)}\n`);
    return JSON.parse(await line) as T;
  };
  const { version } = await answer<{ version: string }>();
  const importing = performance.now() - began;
  const tasks: { readonly [K in keyof Tasks]: (asked: Tasks[K]['asked']) => Promise<Tasks[K]['answer']> } = {
    async start() {
      const given = Object.fromEntries(
        Object.entries(inputs()).map(([name, { shape, data }]: [string, Input]) => [
          name,
          { shape, data: base64(data) },
        ]),
      );
      const threads = availableParallelism();
      const { first } = await answer<Started>({ task: 'start', kind, variant, threads, inputs: given });
      return { backend: `PyTorch ${version}`, importing, first };
    },
    async check() {
      const { arrays } = await answer<{ arrays: readonly string[] }>({ task: 'check' });
      return { arrays: arrays.map(floats) };
    },
    time: ({ seconds }) => answer({ task: 'time', seconds }),
    tell: () => answer({ task: 'tell' }),
  };
  return {
    ask: (task, asked) => tasks[task](asked as never) as never,
    async end() {
      child.kill();
    },
  };
}
