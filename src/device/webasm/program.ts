import { range } from '../../graph/shape.ts';
import type { KernelCode } from '../../kernel/code.ts';
import { blockBytes } from './blocks.ts';
import { emit } from './emit.ts';
import { heap } from './heap.ts';
import { routineOf, sharedPages } from './module.ts';
import type { Grid } from './rows.ts';
import { mostParts, parallel, share, threads } from './threads.ts';

/**
 * A kernel that runs over the heap: its arguments stand at an address, the output's address first.
 */
export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  run(args: number): void;
}

/** Operations on four numbers from which on threads are worth waking: a tenth of a millisecond. */
const worthThreads = 2 ** 18;

let kept: number | undefined;

/**
 * Where the parts of a kernel's work keep their sums of blocks; kernels run one after the other.
 */
const scratchOfParts = (): number => (kept ??= heap().take(mostParts * blockBytes));

/** The program of a kernel. Threads share its rows, or the one row there is, if it costs enough. */
export function programOf(code: KernelCode, grid: Grid, cost: number): Program {
  const { inner, rows, inBlocks } = grid;
  const routine = routineOf(emit(code, grid, sharedPages()));
  return {
    bytes: routine.bytes,
    run(args) {
      const most = rows > 1 ? rows : Math.max(1, inner >> 6);
      const count = cost < worthThreads || threads() === 1 ? 1 : Math.min(4 * threads(), most);
      const scratch = inBlocks ? scratchOfParts() : 0;
      if (count === 1) return routine.run(args, 0, rows, 0, inner, scratch);
      parallel(
        range(count).map((i) => {
          const ends = rows > 1 ? [...share(rows, i, count), 0, inner] : [0, 1, ...share(inner, i, count, 4)];
          return [{ routine, args: [args, ...ends, scratch + i * blockBytes] }];
        }),
      );
    },
  };
}
