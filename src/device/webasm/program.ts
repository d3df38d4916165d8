import type { KernelStep } from '../compile.ts';
import type { Gpu } from '../gpujs.ts';
import { heap } from './heap.ts';
import { routineOf, type Routine } from './module.ts';
import { stripBytes } from './strips.ts';
import { mostParts, parallel, threads, type Part } from './threads.ts';
import { translate } from './translate.ts';
import { withWasmKernel } from './wasmKernel.ts';

/** A kernel that runs over the heap: its arguments stand at an address, the output's address first. */
export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  run(args: number): void;
}

/** Operations on four numbers from which on threads are worth waking: a tenth of a millisecond. */
const worthThreads = 2 ** 18;

/** Equal kernels of all plans are one; those that were used last are kept. */
const programs = new Map<string, Program>();
const mostPrograms = 4096;

/** The program of a step whose arrays have these lengths. */
export function programOf(gpu: Gpu, step: KernelStep, lengths: readonly number[]): Program {
  const { inner, rows } = step.grid!;
  const key = `${inner} ${rows} ${lengths.join()} ${step.source}`;
  const known = programs.get(key);
  if (known) programs.delete(key);
  const program = known ?? make(gpu, step, lengths);
  programs.set(key, program);
  if (programs.size > mostPrograms) programs.delete(programs.keys().next().value!);
  return program;
}

function make(gpu: Gpu, { source, grid, scalars }: KernelStep, lengths: readonly number[]): Program {
  const { inner, rows, quads, strips } = grid!;
  const { limits } = heap();
  const bytes = withWasmKernel(gpu, source, [inner, rows], lengths.length, scalars.length, (kernel) =>
    translate(kernel, lengths, grid!, limits),
  );
  const routine = routineOf(bytes);
  return {
    bytes,
    run(args) {
      const parts = quads < worthThreads || threads() === 1 ? 1 : Math.min(4 * threads(), Math.max(rows, inner >> 6));
      const room = strips ? scratch() : 0;
      if (parts === 1) routine.run(args, 0, rows, 0, inner, room);
      else parallel(divide(routine, args, inner, rows, parts, room));
    },
  };
}

let kept: number | undefined;

/** Where the parts of a kernel's work keep their strips' sums; kernels run one after the other. */
const scratch = (): number => (kept ??= heap().take(mostParts * stripBytes));

/** Rows, or the one row there is, in parts of about the same size; parts of a row begin at multiples of 4. */
function divide(routine: Routine, args: number, inner: number, rows: number, parts: number, room: number): Part[] {
  const count = Math.min(parts, rows > 1 ? rows : parts);
  return Array.from({ length: count }, (_, i): Part => {
    const cut = (n: number, by: number): [number, number] => [
      by * Math.floor((i * n) / (count * by)),
      i === count - 1 ? n : by * Math.floor(((i + 1) * n) / (count * by)),
    ];
    return [
      {
        routine,
        args: [args, ...(rows > 1 ? [...cut(rows, 1), 0, inner] : [0, 1, ...cut(inner, 4)]), room + i * stripBytes],
      },
    ];
  });
}
