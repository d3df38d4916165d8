import { sizeOf, type Node } from '../../graph/node.ts';
import { body } from './body.ts';
import { laneCount, type Kernel, type Source } from './code.ts';
import { quad, tile } from './neighbours.ts';
import { print, type Dialect } from './print.ts';
import type { Grid } from './rows.ts';

/** A kernel's source, and how its threads lie on the result. */
export interface KernelSource extends Source {
  readonly kernel: Kernel;
  /** How many numbers a thread computes: one, or four neighbours in each of several rows. */
  readonly lanes: number;
  /** How long these rows are. */
  readonly row?: number;
  /** For WebAssembly: rows of neighbours. */
  readonly grid?: Grid;
}

/** Where a thread computes four neighbours of what contains a contraction: see `quad`. */
const quads: ReadonlySet<Dialect> = new Set<Dialect>(['webgpu', 'webgl2']);

/**
 * Where a thread computes four neighbours of anything short that reads all of its arrays so: a texel is read once in place of four times.
 * Takes tanh(x·x + 1).sum() of a million numbers, with its gradient, from 46 ms to 26 (W5 of the benchmark).
 */
const texels: ReadonlySet<Dialect> = new Set<Dialect>(['webgl2']);
const longest = 4096;

/** The kernel that computes `root`, and `fused` on the way, for threads of a GPU or one after the other on `cpu`. */
export function kernelSource(
  root: Node,
  fused: readonly Node[],
  isBuffer: (node: Node) => boolean,
  dialect: Dialect,
): KernelSource {
  const divides = sizeOf(root.shape) % laneCount === 0;
  const isProduct = quads.has(dialect) && [root, ...fused].some((node) => node.op === 'contract');
  if (divides && (isProduct || texels.has(dialect))) {
    const { kernel, row } = (isProduct && dialect === 'webgpu' ? tile : quad)(root, isBuffer);
    const source = print(kernel.code, dialect);
    if (isProduct || (source.byFours.every((apart) => apart === 1) && source.text.length <= longest))
      return { ...source, kernel, lanes: kernel.code.results.length, row };
  }
  const kernel = body(root, isBuffer);
  return { ...print(kernel.code, dialect), kernel, lanes: 1 };
}
