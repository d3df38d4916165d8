import * as w from '../assembler.ts';
import type { Wasm } from '../assembler.ts';

/** Rows and columns that are held in registers: 4 × 8 sums in 8 vectors. */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * Steps of the sum between two jumps back. After each the sum may end: the branch also keeps
 * compilers that float loads upwards (V8 before 2024) from loading for all steps at once, more than
 * registers hold.
 */
const steps = 8;

// The function's parameters: addresses in bytes; the result's rows and columns; the part of them to
// compute; the length of the sums; how many examples, of each of which all is computed if they are
// several.
const [a, b, c, M, N, firstRow, endRow, firstColumn, endColumn, length, examples] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;
const [row, column, endA, pa, pb, pc] = [11, 12, 13, 14, 15, 16] as const;
const sums = (r: number, half: number): number => 17 + r * 2 + half;
const [left, right, factor] = [25, 26, 27] as const;

const rows = [0, 1, 2, 3];

type MultiplyAdd = (sum: number, vector: number) => Wasm;

const twice: MultiplyAdd = (sum, vector) =>
  w.let_(sum, w.get(sum), w.get(factor), w.get(vector), w.floats.mul, w.floats.add);

const fused: MultiplyAdd = (sum, vector) =>
  w.let_(sum, w.get(factor), w.get(vector), w.get(sum), w.floats.fusedMultiplyAdd);

/**
 * One step of all 32 sums, the `at`-th after a jump, and whether another follows. Offsets of
 * `loadSplat` cost a register each.
 */
const inner = (multiplyAdd: MultiplyAdd, at: number): Wasm => [
  ...w.let_(left, w.get(pb), w.load(32 * at)),
  ...w.let_(right, w.get(pb), w.load(32 * at + 16)),
  ...rows.flatMap((r) => [
    ...w.let_(factor, w.get(pa), w.loadSplat(4 * r)),
    ...multiplyAdd(sums(r, 0), left),
    ...multiplyAdd(sums(r, 1), right),
  ]),
  ...w.step(pa, w.integer(16)),
  ...(at === steps - 1 ? w.step(pb, w.integer(32 * steps)) : []),
  ...w.seq(w.get(pa), w.get(endA), w.differ),
];

/** 4 × 8 sums, stored at their place; the last of a row or column overlap those before. */
const tileBody = (multiplyAdd: MultiplyAdd): Wasm[] => [
  ...rows.flatMap((r) => [w.let_(sums(r, 0), w.zero), w.let_(sums(r, 1), w.zero)]),
  w.let_(pb, w.get(b)),
  w.let_(endA, w.get(pa), w.get(length), w.integer(4), w.shiftLeft, w.add),
  w.untilZero(...Array.from({ length: steps }, (_, at) => inner(multiplyAdd, at))),
  w.let_(pc, w.least(w.get(row), [...w.get(M), ...w.integer(tile.rows), ...w.sub]), w.get(N), w.mul),
  w.let_(pc, w.get(pc), w.least(w.get(column), [...w.get(N), ...w.integer(tile.columns), ...w.sub]), w.add),
  w.let_(pc, w.get(pc), w.integer(2), w.shiftLeft, w.get(c), w.add),
  ...rows.flatMap((r) => [
    [...w.get(pc), ...w.get(sums(r, 0)), ...w.store(0)],
    [...w.get(pc), ...w.get(sums(r, 1)), ...w.store(16)],
    w.let_(pc, w.get(pc), w.get(N), w.integer(2), w.shiftLeft, w.add),
  ]),
];

/**
 * Rows firstRow to before endRow and columns firstColumn to before endColumn of C = A B, for A in
 * panels of 4 rows, [⌈M/4⌉][K][4], B in panels of 8 columns, [⌈N/8⌉][K][8], a and b the first of
 * them that count, and C [M][N]; M ≥ 4, N ≥ 8. A panel of B stays in the first cache while the
 * panels of A go by. The examples lie one after the other. `madd` multiplies and adds in one
 * instruction, where the engine has it.
 */
export const multiplyModule = (sharedPages: number | undefined, madd: boolean): Uint8Array<ArrayBuffer> =>
  w.moduleOf(sharedPages, 11, w.localsOf(6, 11), [
    w.doWhile(
      w.let_(column, w.get(firstColumn)),
      w.upTo(
        w.get(endColumn),
        column,
        tile.columns,
        w.let_(pa, w.get(a)),
        w.let_(row, w.get(firstRow)),
        w.upTo(w.get(endRow), row, tile.rows, ...tileBody(madd ? fused : twice)),
        w.step(b, w.get(length), w.integer(32), w.mul),
      ),
      w.let_(a, w.get(pa)),
      w.step(c, w.get(M), w.get(N), w.mul, w.integer(2), w.shiftLeft),
      w.step(examples, w.integer(-1)),
      w.get(examples),
    ),
  ]);
