import type { Grid } from './rows.ts';
import type { KernelCode } from '../../kernel/code.ts';
import { blockBytes } from './blocks.ts';
import { emit } from './emit.ts';
import { heap } from './heap.ts';
import { routineOf, type Routine } from './module.ts';
import { mostParts, parallel, threads, type Part } from './threads.ts';

/**
 * A kernel that runs over the heap: its arguments stand at an address, the output's address first.
 */
export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  run(args: number): void;
}

/** Operations on four numbers from which on threads are worth waking: a tenth of a millisecond. */
const worthThreads = 2 ** 18;

/** Equal kernels of all plans are one; those that were used last are kept. */
const programs = new Map<string, Program>();
const mostPrograms = 4096;
/** Bytes as a text, one letter each. */
const latin = new TextDecoder('latin1');

/** The program of a kernel whose elements are laid out so. */
export function programOf(code: KernelCode, grid: Grid): Program {
  const { shared, maximum } = heap().limits;
  const bytes = emit(code, grid, shared ? maximum : undefined);
  const key = `${grid.inner} ${grid.rows} ${latin.decode(bytes)}`;
  const known = programs.get(key);
  if (known) programs.delete(key);
  const program = known ?? make(bytes, grid);
  programs.set(key, program);
  if (programs.size > mostPrograms) programs.delete(programs.keys().next().value!);
  return program;
}

function make(bytes: Uint8Array<ArrayBuffer>, { inner, rows, quads, strips }: Grid): Program {
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

/**
 * Where the parts of a kernel's work keep their sums of blocks; kernels run one after the other.
 */
const scratch = (): number => (kept ??= heap().take(mostParts * blockBytes));

/**
 * Rows, or the one row there is, in parts of about the same size; parts of a row begin at multiples
 * of 4.
 */
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
        args: [args, ...(rows > 1 ? [...cut(rows, 1), 0, inner] : [0, 1, ...cut(inner, 4)]), room + i * blockBytes],
      },
    ];
  });
}
