import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fromBase64, toBase64 } from '../../examples/verify/torch/base64.ts';
import { startPython } from '../../examples/verify/torch/python.ts';
import type { Entrant } from './entrant.ts';
import { workloadAt, type Place } from './lists.ts';
import type { Round, Running, Started, Tasks, Told } from './messages.ts';

/** Starts PyTorch on a workload, in a process of its own that times itself. */
export async function startPytorch({ variant }: Entrant, place: Place): Promise<Running> {
  const { kind, inputs } = workloadAt(place);
  // Debian's library of matrix products must choose its code for this processor by itself.
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const began = performance.now();
  const python = await startPython('bench', [fileURLToPath(new URL('libraries/pytorch.py', import.meta.url))], env);
  const importing = performance.now() - began;
  const tasks: { readonly [K in keyof Tasks]: (asked: Tasks[K]['asked']) => Promise<Tasks[K]['answer']> } = {
    async start() {
      const given = Object.fromEntries(
        Object.entries(inputs()).map(([name, { shape, data }]) => [name, { shape, data: toBase64(data) }]),
      );
      const threads = availableParallelism();
      const { first } = (await python.ask({ task: 'start', kind, variant, threads, inputs: given })) as Started;
      return { backend: `PyTorch ${python.first as string}`, importing, first };
    },
    async check() {
      const { arrays } = (await python.ask({ task: 'check' })) as { readonly arrays: readonly string[] };
      return { arrays: arrays.map((text) => new Float32Array(fromBase64(text))) };
    },
    time: async ({ seconds }) => (await python.ask({ task: 'time', seconds })) as Round,
    tell: async () => (await python.ask({ task: 'tell' })) as Told,
  };
  return {
    ask: (task, asked) => tasks[task](asked as never) as never,
    async end() {
      python.end();
    },
  };
}
