import { sizeOf, type Node } from '../../graph/node.ts';
import { countersOf, type Affine } from './affine.ts';
import { body } from './body.ts';
import type { Code, KernelCode, Style } from './code.ts';

/** A kernel's elements as `rows` of `inner` each; WebAssembly computes four neighbours of a row at once. */
export interface Grid {
  readonly inner: number;
  readonly rows: number;
  /** What all of it costs: operations on four neighbours, roughly. */
  readonly quads: number;
}

/** What four neighbours cost, roughly: an operation, four numbers read at once or one for all, four read one by one, a row's beginning. */
const price = { operation: 1, together: 2, apart: 12, quotient: 8, row: 10 };

/** The quotients and remainders that change along a row. */
function quotients(e: Affine, found: Map<string, number>): void {
  for (const { atom } of e.terms) {
    if (atom.kind === 'counter' || !countersOf(atom.of).includes('x')) continue;
    found.set(atom.key, atom.k);
    quotients(atom.of, found);
  }
}

/** Whether neighbours read at one place or side by side. */
const isTogether = (e: Affine): boolean =>
  e.terms.every(({ atom, by }) =>
    atom.key === 'x' ? by === 1 : atom.kind === 'counter' || !countersOf(atom.of).includes('x'),
  );

interface Cost {
  readonly quad: number;
  readonly divisors: ReadonlyMap<string, number>;
  /** Whether there are loops, all of whose reads are side by side. */
  readonly streams: boolean;
}

function costOf({ results, places }: KernelCode): Cost {
  const divisors = new Map<string, number>();
  const seen = new Set<object>();
  let quad = 0;
  let [side, apart] = [false, false];
  const visit = (code: Code, times: number): void => {
    if (seen.has(code)) return;
    seen.add(code);
    if (code.kind === 'index') quotients(code.of, divisors);
    if (code.kind === 'read') {
      quotients(code.index, divisors);
      const together = isTogether(code.index);
      quad += times * (together ? price.together : price.apart);
      if (!together) apart = true;
      else if (times > 1) side = true;
    }
    if (code.kind === 'call') {
      quad += times * price.operation;
      code.args.forEach((a) => visit(a, times));
    }
    if (code.kind === 'fold') {
      // What is behind a guard is hardly ever run.
      if (code.nest.guard) return visit(code.nest.guard, times);
      const turns = sizeOf(code.nest.counters.map((c) => c.size));
      quad += times * turns;
      code.nest.folds.forEach((f) => visit(f.value, times * turns));
    }
  };
  results.forEach((code) => visit(code, 1));
  places.forEach((code) => visit(code, 1));
  const all = quad + price.quotient * divisors.size;
  return { quad: all / results.length, divisors, streams: side && !apart };
}

const narrow: Style = { bits: true, turns: [4, 2], joined: false, blocks: 1 };
const wide: Style = { bits: true, turns: [], joined: false, blocks: 4 };

/** Elements of a row from which on four blocks at once leave few of them over. */
const wideFrom = 64;

/**
 * The code of the kernel for `root`, its elements laid out in the rows that cost least: one row of all where every array is read as it
 * lies, else rows along which reads are consecutive and no index has to be divided. Where a loop reads many rows, four blocks of neighbours
 * are computed at once: their numbers lie in one line of the cache, which may be gone before the next block (40 lanes of GradDrop, a power of
 * two apart, take half the time).
 */
export function inRows(root: Node, isBuffer: (node: Node) => boolean): { code: KernelCode; grid: Grid } {
  const n = sizeOf(root.shape);
  const flat = body(root, isBuffer, n, narrow);
  const laid = (code: KernelCode, inner: number): Laid => {
    const { quad, streams } = costOf(code);
    const quads = ((quad * Math.ceil(inner / 4) + price.row) * n) / inner;
    return { code, grid: { inner, rows: n / inner, quads }, streams };
  };
  let best = laid(flat, n);
  const { divisors } = costOf(flat);
  const suffixes = root.shape.map((_, d) => sizeOf(root.shape.slice(d)));
  if (divisors.size > 0)
    for (const inner of new Set([...suffixes, ...divisors.values()])) {
      if (inner < 4 || inner >= n || n % inner !== 0) continue;
      const other = laid(body(root, isBuffer, inner, narrow), inner);
      if (other.grid.quads < best.grid.quads) best = other;
    }
  const { inner } = best.grid;
  return best.streams && inner >= wideFrom ? { ...best, code: body(root, isBuffer, inner, wide) } : best;
}

interface Laid {
  readonly code: KernelCode;
  readonly grid: Grid;
  readonly streams: boolean;
}
