import { sizeOf, type Node } from '../../graph/node.ts';
import { counter, ravel, unravel } from '../../kernel/affine.ts';
import { body, translator } from '../../kernel/body.ts';
import type { Kernel, Style } from '../../kernel/code.ts';
import { unrolled } from '../../kernel/unroll.ts';
import { usesOf } from '../../kernel/uses.ts';
import { mostReturned } from './gpujs.ts';

/**
 * The elements of a result that one thread computes: `across` adjacent ones in each of `rows` rows.
 * A row of the result has `row` elements.
 */
export interface Layout {
  readonly across: number;
  readonly rows: number;
  readonly row: number;
}

/** Returns the layout in which a thread computes one element. */
export const single = (size: number): Layout => ({ across: 1, rows: 1, row: size });

/** Returns the layout in which a thread computes four adjacent elements. */
export const adjacent = (size: number): Layout => ({ across: mostReturned, rows: 1, row: size });

/** Returns the number of elements that a thread computes. */
export const elementsOf = ({ across, rows }: Layout): number => across * rows;

/** The code of the threads that compute a result, and their layout. */
export interface Threads {
  readonly kernel: Kernel;
  readonly layout: Layout;
}

const style: Style = { bits: false, unroll: [4, 3, 2], joined: true };

/**
 * Returns the code of the threads that compute `root`, together with their `layout`, which says
 * what elements one thread computes. The code reads a node from an array if `isBuffer` is true for
 * it; it computes `root` itself and all other nodes below it.
 */
export function threadsOf(root: Node, isBuffer: (node: Node) => boolean, layout: Layout): Threads {
  const { across, rows, row } = layout;
  if (elementsOf(layout) === 1) return { kernel: body(root, isBuffer), layout };
  const { value, kernel } = translator(root, isBuffer, style);
  const [down, along] = [sizeOf(root.shape) / row / rows, row / across];
  const [i, j] = unravel(counter('x', down * along), [down, along]);
  const at = ravel([i!, counter('row', rows), j!, counter('column', across)], [down, rows, along, across]);
  const one = kernel([value(root, unravel(at, root.shape))]);
  return { kernel: { ...one, code: unrolled(unrolled(one.code, 'row', rows), 'column', across) }, layout };
}

/**
 * The minimum number of threads with tiles, so that a GPU is busy; and the maximum number of values
 * in the code of a tile.
 */
const leastThreads = 256;
const longest = 1000;

/**
 * Returns the code and the layout of a kernel's threads that read least per element. The number of
 * elements of `root` must be a multiple of four. A thread computes four adjacent elements in each
 * of one, four or eight rows. In a matrix product, one row takes five reads for four
 * multiplications; eight rows take twelve for 32. A row is all elements along the last axes; their
 * number is chosen too. Several rows are used only if at least 256 threads remain, the code has at
 * most 1000 values, and it contains no `and` or `or`, as padding on both sides of an axis does:
 * SwiftShader does not finish compiling a loop with 64 branches.
 */
export function tile(root: Node, isBuffer: (node: Node) => boolean): Threads {
  const n = sizeOf(root.shape);
  const measured = (layout: Layout): Threads & { reads: number; fits: boolean } => {
    const threads = threadsOf(root, isBuffer, layout);
    const { results, places } = threads.kernel.code;
    const values = [...usesOf(results, places).uses.keys()];
    const reads = values.filter(({ kind }) => kind === 'read').length / results.length;
    const branches = values.some((c) => c.kind === 'call' && (c.name === 'and' || c.name === 'or'));
    return { ...threads, reads, fits: values.length <= longest && !branches };
  };
  let best = measured(adjacent(n));
  const consider = (rows: number, row: number): void => {
    if (row % mostReturned !== 0 || (n / row) % rows !== 0 || n < leastThreads * rows * mostReturned) return;
    const other = measured({ across: mostReturned, rows, row });
    if (other.fits && other.reads < best.reads) best = other;
  };
  root.shape.forEach((_, d) => consider(4, sizeOf(root.shape.slice(d + 1))));
  consider(8, best.layout.row);
  return best;
}
