import { sizeOf, type Node } from '../../graph/node.ts';
import { counter, ravel, unravel } from '../../kernel/affine.ts';
import { translator } from '../../kernel/body.ts';
import type { Kernel, Style } from '../../kernel/code.ts';
import { laneCount } from './print.ts';
import { unrolled } from '../../kernel/unroll.ts';
import { usesOf } from '../../kernel/uses.ts';

/**
 * Code of threads that compute four neighbours in each of several rows, and how long these rows
 * are.
 */
export interface Tiled {
  readonly kernel: Kernel;
  readonly row: number;
  /** What a thread reads for each number that it returns. */
  readonly reads: number;
  /** How many values it names or computes. */
  readonly length: number;
  /**
   * Whether it has tests of several conditions, as of places in what is padded on both sides:
   * shaders branch there.
   */
  readonly branches: boolean;
}

const shared: Style = { bits: false, unroll: [4, 3, 2], joined: true };

/** A thread computes four neighbours, in the number of rows given. */
function tiled(root: Node, isBuffer: (node: Node) => boolean, rows: number, row: number): Tiled {
  const { value, kernel } = translator(root, isBuffer, shared);
  const [down, across] = [sizeOf(root.shape) / row / rows, row / laneCount];
  const [i, j] = unravel(counter('x', down * across), [down, across]);
  const at = ravel([i!, counter('row', rows), j!, counter('lane', laneCount)], [down, rows, across, laneCount]);
  const one = kernel([value(root, unravel(at, root.shape))]);
  const code = unrolled(unrolled(one.code, 'row', rows), 'lane', laneCount);
  const values = [...usesOf(code.results, code.places).uses.keys()];
  const reads = values.filter(({ kind }) => kind === 'read').length / code.results.length;
  const branches = values.some((c) => c.kind === 'call' && (c.name === 'and' || c.name === 'or'));
  return { kernel: { ...one, code }, row, reads, length: values.length, branches };
}

/**
 * As `body`, for a thread that computes four neighbours. A product of matrices of 256 (W4 of the
 * benchmark) takes 84 ms of CPU time on webgpu in place of 334, and 8 ms on webgl2 in place of 32.
 */
export const quad = (root: Node, isBuffer: (node: Node) => boolean): Tiled =>
  tiled(root, isBuffer, 1, sizeOf(root.shape));

/**
 * How many threads a tile must leave for a GPU, and how long its code may be: that of a tanh of a
 * product takes 0.7 s to compile, not 0.1. Nor may it branch: SwiftShader compiles a loop with 16
 * branches in 0.1 s, and has not ended after minutes, and gigabytes, where there are 64.
 */
const leastThreads = 256;
const longest = 1000;

/**
 * As `quad`, in four or eight rows at once where that reads less: of the trailing axes, those that
 * read least are the row. A product then reads twelve numbers for 32 multiplications, in place of
 * five for four: W2 of the benchmark takes 36 ms on webgpu in place of 94, W3 104 in place of 182.
 */
export function tile(root: Node, isBuffer: (node: Node) => boolean): Tiled {
  const n = sizeOf(root.shape);
  const tiles = (rows: number, lengths: readonly number[]): Tiled[] =>
    lengths
      .filter((row) => row % laneCount === 0 && (n / row) % rows === 0 && n >= leastThreads * rows * laneCount)
      .map((row) => tiled(root, isBuffer, rows, row))
      .filter(({ length, branches }) => length <= longest && !branches);
  const leastReads = (all: readonly Tiled[]): Tiled => all.reduce((a, b) => (b.reads < a.reads ? b : a));
  const lengths = root.shape.map((_, d) => sizeOf(root.shape.slice(d + 1)));
  const best = leastReads([quad(root, isBuffer), ...tiles(4, lengths)]);
  return leastReads([best, ...tiles(8, [best.row])]);
}
