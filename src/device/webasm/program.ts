import { range } from '../../graph/shape.ts';
import type { KernelCode } from '../../kernel/code.ts';
import { blockBytes } from './blocks.ts';
import { disassemble } from './disassemble.ts';
import { emit } from './emit.ts';
import { heap } from './heap.ts';
import { routineOf } from './module.ts';
import type { Grid } from './rows.ts';
import { mostParts, parallel, share, threads } from './threads.ts';

/** A kernel that can run on the heap. */
export interface Program {
  /** The number of bytes of scratch that a run needs. */
  readonly scratch: number;
  /**
   * Computes the result. `args` is the address of the arguments, four bytes each: the addresses of
   * the result and of the arrays, then the scalars. `scratch` is the address of the scratch.
   */
  run(args: number, scratch: number): void;
  /** Returns a text that shows the code. */
  text(): string | Promise<string>;
}

/** The cost, in operations on four elements, from which on waking threads pays. */
const worthThreads = 2 ** 18;

/**
 * Makes the program of a kernel. If the kernel costs enough, threads divide its rows among them, or
 * the elements of a single row. Each part has separate scratch for the sums of its blocks.
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
