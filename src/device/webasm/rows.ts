import { sizeOf, type Node } from '../../graph/node.ts';
import { countersOf, type Affine } from '../../kernel/affine.ts';
import { body } from '../../kernel/body.ts';
import { foldsIn, type Code, type Kernel, type KernelCode, type Style } from '../../kernel/code.ts';

/**
 * A kernel's elements as `rows` of `inner` each; WebAssembly computes four neighbours of a row at
 * once.
 */
export interface Grid {
  readonly inner: number;
  readonly rows: number;
  /** What all of it costs: operations on four neighbours, roughly. */
  readonly quads: number;
  /** Whether its loop had better go along many elements in each turn. */
  readonly strips: boolean;
}

/**
 * What four neighbours cost, roughly: an operation, four numbers read at once or one for all, four
 * read one by one, a row's beginning.
 */
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
      // A side that holds a loop is passed over where nobody needs it.
      const isPassed = (a: Code): boolean => code.name === 'where' && a === code.args[2] && foldsIn(a).size > 0;
      code.args.filter((a) => !isPassed(a)).forEach((a) => visit(a, times));
    }
    if (code.kind === 'fold') {
      const turns = sizeOf(code.nest.counters.map((c) => c.size));
      quad += times * turns;
      code.nest.folds.forEach((f) => visit(f.value, times * turns));
    }
  };
  results.forEach((code) => visit(code, 1));
  places.forEach((code) => visit(code, 1));
  const all = quad + price.quotient * divisors.size;
  return { quad: all, divisors, streams: side && !apart };
}

const plain: Style = { bits: true, unroll: [4, 2], joined: false };
/** So many rows at once, side by side in the caches (see webasm/blocks.ts). */
const byStrips: Style = { bits: true, unroll: [8, 5, 4, 7, 6, 3, 2], joined: true };

/** Elements of a row from which on going along them pays. */
const shortestStrip = 64;

/**
 * The code of the kernel for `root`, its elements laid out in the rows that cost least: one row of
 * all where every array is read as it lies, else rows along which reads are consecutive and no
 * index has to be divided.
 */
export function inRows(root: Node, isBuffer: (node: Node) => boolean): { kernel: Kernel; grid: Grid } {
  const n = sizeOf(root.shape);
  const flat = body(root, isBuffer, n, plain);
  const laid = (kernel: Kernel, inner: number): { kernel: Kernel; grid: Grid } => {
    const { quad, streams } = costOf(kernel.code);
    const quads = ((quad * Math.ceil(inner / 4) + price.row) * n) / inner;
    return {
      kernel,
      grid: { inner, rows: n / inner, quads, strips: streams && inner >= shortestStrip },
    };
  };
  let best = laid(flat, n);
  const { divisors } = costOf(flat.code);
  const suffixes = root.shape.map((_, d) => sizeOf(root.shape.slice(d)));
  if (divisors.size > 0)
    for (const inner of new Set([...suffixes, ...divisors.values()])) {
      if (inner < 4 || inner >= n || n % inner !== 0) continue;
      const other = laid(body(root, isBuffer, inner, plain), inner);
      if (other.grid.quads < best.grid.quads) best = other;
    }
  const { inner, strips } = best.grid;
  return strips ? { ...best, kernel: body(root, isBuffer, inner, byStrips) } : best;
}
