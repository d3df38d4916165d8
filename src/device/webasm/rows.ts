import { sizeOf, type Node } from '../../graph/node.ts';
import { counter, countersOf, scale, sum, type Affine, type Atom } from '../../kernel/affine.ts';
import { body } from '../../kernel/body.ts';
import { foldsIn, type Code, type Kernel, type KernelCode, type Nest, type Style } from '../../kernel/code.ts';
import { element, row } from './integers.ts';

/**
 * The layout of a kernel's elements in `rows` rows of `inner` elements. WebAssembly computes four
 * adjacent elements of a row at once.
 */
export interface Grid {
  readonly inner: number;
  readonly rows: number;
  /**
   * Loops for each element, outermost first. Each iteration of the innermost loop stores a separate
   * result.
   */
  readonly loops: Nest['counters'];
  /** The place of a result, in terms of the counters of rows, elements and loops. */
  readonly place: Affine;
  /** True if each iteration of a fold's loop goes along a block of elements; see blocks.ts. */
  readonly inBlocks: boolean;
}

/** A kernel whose elements are laid out in rows. */
interface InRows {
  readonly kernel: Kernel;
  readonly grid: Grid;
  /** The cost of the whole kernel: roughly, the number of operations on four elements. */
  readonly cost: number;
}

/**
 * The rough cost for four elements of an operation; of reading four adjacent elements, or one for
 * all; of reading four separate elements; of a quotient; and of beginning a row.
 */
const price = { operation: 1, together: 2, apart: 12, quotient: 8, row: 10 };

/** Tells whether an atom is a quotient or remainder that varies along a row. */
const isDivided = (atom: Atom): atom is Exclude<Atom, { kind: 'counter' }> =>
  atom.kind !== 'counter' && countersOf(atom.of).includes(element);

/**
 * Adds the quotients and remainders in an index that vary along a row, with their divisors, to
 * `found`.
 */
function addDivisors(e: Affine, found: Map<string, number>): void {
  for (const { atom } of e.terms) {
    if (!isDivided(atom)) continue;
    found.set(atom.key, atom.k);
    addDivisors(atom.of, found);
  }
}

/** Tells whether adjacent elements of the result read the same element, or adjacent ones. */
const isTogether = (e: Affine): boolean =>
  e.terms.every(({ atom, by }) => (atom.key === element ? by === 1 : !isDivided(atom)));

/** The cost of computing four elements of a kernel. */
interface Cost {
  readonly four: number;
  readonly divisors: ReadonlyMap<string, number>;
  /** True if there are loops and all reads in the kernel are of adjacent elements. */
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
      // The else-branch of a choice is skipped where no element needs it. If it contains a loop, it
      // is not counted.
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
/**
 * The style of kernels with blocks. Unrolling reads several rows in one iteration; in the caches
 * they lie side by side.
 */
const manyRows: Style = { bits: true, unroll: [8, 5, 4, 7, 6, 3, 2], joined: true };

/** The minimum length of a row for which blocks pay. */
const shortestInBlocks = 64;

/**
 * Makes the kernel for `root` with its elements in the rows that cost least. If indices need no
 * division, that is one row of all elements. Otherwise rows of other lengths are tried: the sizes
 * of trailing axes, and the divisors in indices.
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
