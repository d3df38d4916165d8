import { sizeOf, type Node } from '../../graph/node.ts';
import { counter, countersOf, scale, sum, type Affine, type Atom } from '../../kernel/affine.ts';
import { body } from '../../kernel/body.ts';
import { foldsIn, type Code, type Kernel, type KernelCode, type Nest, type Style } from '../../kernel/code.ts';
import { element, row } from './integers.ts';

/**
 * A kernel's elements as `rows` of `inner` each; WebAssembly computes four adjacent elements of a
 * row at once.
 */
export interface Grid {
  readonly inner: number;
  readonly rows: number;
  /** Loops inside of each element, outermost first, each turn of which has a result of its own. */
  readonly loops: Nest['counters'];
  /** Where a result goes, by the counters of rows, elements and loops. */
  readonly place: Affine;
  /** Whether the loop of a fold goes along a block of elements in each turn (see blocks.ts). */
  readonly inBlocks: boolean;
}

/** A kernel whose elements are laid out in rows. */
interface InRows {
  readonly kernel: Kernel;
  readonly grid: Grid;
  /** What all of it costs: operations on four elements, roughly. */
  readonly cost: number;
}

/**
 * What four elements cost, roughly: an operation, four elements read at once or one for all, four
 * read one by one, a quotient, a row's beginning.
 */
const price = { operation: 1, together: 2, apart: 12, quotient: 8, row: 10 };

/** Whether an atom is a quotient or remainder that changes along a row. */
const isDivided = (atom: Atom): atom is Exclude<Atom, { kind: 'counter' }> =>
  atom.kind !== 'counter' && countersOf(atom.of).includes(element);

/** Adds the quotients and remainders of an index that change along a row, with their divisors. */
function addDivisors(e: Affine, found: Map<string, number>): void {
  for (const { atom } of e.terms) {
    if (!isDivided(atom)) continue;
    found.set(atom.key, atom.k);
    addDivisors(atom.of, found);
  }
}

/** Whether adjacent elements read at one place or side by side. */
const isTogether = (e: Affine): boolean =>
  e.terms.every(({ atom, by }) => (atom.key === element ? by === 1 : !isDivided(atom)));

/** What four elements of a kernel cost. */
interface Cost {
  readonly four: number;
  readonly divisors: ReadonlyMap<string, number>;
  /** Whether there are loops, all of whose reads are side by side. */
  readonly streams: boolean;
}

function costOf({ results, places }: KernelCode): Cost {
  const divisors = new Map<string, number>();
  const seen = new Set<object>();
  let four = 0;
  let [side, apart] = [false, false];
  const visit = (code: Code, times: number): void => {
    if (seen.has(code)) return;
    seen.add(code);
    if (code.kind === 'index') addDivisors(code.of, divisors);
    if (code.kind === 'read') {
      addDivisors(code.index, divisors);
      const together = isTogether(code.index);
      four += times * (together ? price.together : price.apart);
      if (!together) apart = true;
      else if (times > 1) side = true;
    }
    if (code.kind === 'call') {
      four += times * price.operation;
      // A side that holds a loop is passed over where nobody needs it.
      const isPassed = (a: Code): boolean => code.name === 'where' && a === code.args[2] && foldsIn(a).size > 0;
      code.args.filter((a) => !isPassed(a)).forEach((a) => visit(a, times));
    }
    if (code.kind === 'fold') {
      const turns = sizeOf(code.nest.counters.map((c) => c.size));
      four += times * turns;
      code.nest.folds.forEach((f) => visit(f.value, times * turns));
    }
  };
  results.forEach((code) => visit(code, 1));
  places.forEach((code) => visit(code, 1));
  return { four: four + price.quotient * divisors.size, divisors, streams: side && !apart };
}

const plain: Style = { bits: true, unroll: [4, 2], joined: false };
/** Kernels with blocks read so many rows at once, side by side in the caches. */
const manyRows: Style = { bits: true, unroll: [8, 5, 4, 7, 6, 3, 2], joined: true };

/** The fewest elements of a row for which blocks pay. */
const shortestInBlocks = 64;

/**
 * Makes the kernel for `root`, its elements laid out in the rows that cost least: one row of all
 * where every array is read as it lies, else rows along which reads are consecutive and no index
 * has to be divided.
 */
export function inRows(root: Node, isBuffer: (node: Node) => boolean): InRows {
  const n = sizeOf(root.shape);
  const laid = (inner: number): InRows & { readonly divisors: Cost['divisors'] } => {
    const kernel = body(root, isBuffer, inner, plain);
    const { four, divisors, streams } = costOf(kernel.code);
    const rows = n / inner;
    const place = sum(scale(counter(row, rows), inner), counter(element, inner));
    const grid = { inner, rows, loops: [], place, inBlocks: streams && inner >= shortestInBlocks };
    return { kernel, grid, cost: (four * Math.ceil(inner / 4) + price.row) * rows, divisors };
  };
  let best = laid(n);
  const { divisors } = best;
  const suffixes = root.shape.map((_, d) => sizeOf(root.shape.slice(d)));
  if (divisors.size > 0)
    for (const inner of new Set([...suffixes, ...divisors.values()])) {
      if (inner < 4 || inner >= n || n % inner !== 0) continue;
      const other = laid(inner);
      if (other.cost < best.cost) best = other;
    }
  const { inner, inBlocks } = best.grid;
  return inBlocks ? { ...best, kernel: body(root, isBuffer, inner, manyRows) } : best;
}
