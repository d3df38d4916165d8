import { range } from '../../graph/shape.ts';
import type { KernelCode } from '../../kernel/code.ts';
import { blockBytes } from './blocks.ts';
import { disassemble } from './disassemble.ts';
import { emit } from './emit.ts';
import { heap } from './heap.ts';
import { routineOf } from './module.ts';
import type { Grid } from './rows.ts';
import { mostParts, parallel, share, threads } from './threads.ts';

/** A kernel that runs over the heap. */
export interface Program {
  /** Bytes of scratch that a run needs. */
  readonly scratch: number;
  /**
   * Computes the result. The arguments stand at an address, four bytes each: the addresses of the
   * result and of the arrays, then scalars. Scratch has another address.
   */
  run(args: number, scratch: number): void;
  /** Gives the text of what the device runs. */
  text(): string | Promise<string>;
}

/** Operations on four elements from which on threads are worth waking. */
const worthThreads = 2 ** 18;

/**
 * Makes the program of a kernel from what it costs. Where that is much, threads share its rows, or
 * the one row there is; each part keeps the sums of its blocks in scratch of its own.
 */
export function programOf(code: KernelCode, grid: Grid, cost: number): Program {
  const { inner, rows, inBlocks } = grid;
  const routine = routineOf(emit(code, grid, heap().sharedPages));
  const most = rows > 1 ? rows : Math.max(1, inner >> 6);
  const count = cost < worthThreads || threads() === 1 ? 1 : Math.min(4 * threads(), most, mostParts);
  return {
    scratch: inBlocks ? count * blockBytes : 0,
    run(args, scratch) {
      if (count === 1) return routine.run(args, 0, rows, 0, inner, scratch);
      parallel(
        range(count).map((i) => {
          const ends = rows > 1 ? [...share(rows, i, count), 0, inner] : [0, 1, ...share(inner, i, count, 4)];
          return [{ routine, args: [args, ...ends, scratch + i * blockBytes] }];
        }),
      );
    },
    text: () => disassemble(routine.bytes),
  };
}
