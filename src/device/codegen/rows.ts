import { sizeOf, type Node } from '../../graph/node.ts';
import { countersOf, type Affine } from './affine.ts';
import { body } from './body.ts';
import type { Code, KernelCode } from './code.ts';

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

function costOf({ result, places }: KernelCode): { quad: number; divisors: ReadonlyMap<string, number> } {
  const divisors = new Map<string, number>();
  const seen = new Set<object>();
  let quad = 0;
  const visit = (code: Code, times: number): void => {
    if (seen.has(code)) return;
    seen.add(code);
    if (code.kind === 'index') quotients(code.of, divisors);
    if (code.kind === 'read') {
      quotients(code.index, divisors);
      quad += times * (isTogether(code.index) ? price.together : price.apart);
    }
    if (code.kind === 'call') {
      quad += times * price.operation;
      code.args.forEach((a) => visit(a, times));
    }
    if (code.kind === 'fold') {
      const turns = sizeOf(code.nest.counters.map((c) => c.size));
      quad += times * turns;
      code.nest.folds.forEach((f) => visit(f.value, times * turns));
    }
  };
  visit(result, 1);
  places.forEach((code) => visit(code, 1));
  return { quad: quad + price.quotient * divisors.size, divisors };
}

/**
 * The code of the kernel for `root`, its elements laid out in the rows that cost least: one row of all where every array is read as it
 * lies, else rows along which reads are consecutive and no index has to be divided.
 */
export function inRows(root: Node, isBuffer: (node: Node) => boolean): { code: KernelCode; grid: Grid } {
  const n = sizeOf(root.shape);
  const flat = body(root, isBuffer, n, true);
  const { divisors } = costOf(flat);
  const laid = (code: KernelCode, inner: number): { code: KernelCode; grid: Grid } => {
    const quads = ((costOf(code).quad * Math.ceil(inner / 4) + price.row) * n) / inner;
    return { code, grid: { inner, rows: n / inner, quads } };
  };
  let best = laid(flat, n);
  if (divisors.size === 0) return best;
  const suffixes = root.shape.map((_, d) => sizeOf(root.shape.slice(d)));
  for (const inner of new Set([...suffixes, ...divisors.values()])) {
    if (inner < 4 || inner >= n || n % inner !== 0) continue;
    const other = laid(body(root, isBuffer, inner, true), inner);
    if (other.grid.quads < best.grid.quads) best = other;
  }
  return best;
}
