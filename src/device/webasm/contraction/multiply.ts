import * as w from '../assembler.ts';
import type { Wasm } from '../assembler.ts';

/** The size of a tile, whose 4 × 8 sums are held in 8 vector registers. */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * The number of terms that are added before the loop jumps back. The sum may end after any of them.
 * The branch after each term also stops some compilers (V8 before 2024) from moving the loads of
 * all terms to the front, which would need more registers than there are.
 */
const steps = 8;

// The function's parameters: the addresses of a, b and c; the numbers of rows and columns of the
// result; the range of rows and of columns to compute; the length of the sums; the number of
// examples. With several examples, all rows and columns are computed.
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
 * Adds term `at` of an unrolled iteration to all 32 sums, and pushes whether another term follows.
 * Each different offset of `loadSplat` would take a register, so `pa` is incremented instead.
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

/**
 * Computes a tile of 4 × 8 sums and stores it. The last tile of a row or column overlaps the tile
 * before.
 */
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
 * Returns the bytes of a WebAssembly module. Its function `run`, whose parameters are listed above,
 * computes the part of C = A B with rows from firstRow to below endRow and columns from firstColumn
 * to below endColumn. A is stored in panels of 4 rows, [⌈M/4⌉][K][4], B in panels of 8 columns,
 * [⌈N/8⌉][K][8], and C as [M][N], with M ≥ 4 and N ≥ 8. The addresses a and b are those of the
 * first panels to read. Several products, one for each example of a batch, may follow each other in
 * memory. A panel of B stays in the first-level cache while the panels of A are read. `sharedPages`
 * is the maximum number of pages of a shared memory, or undefined if memory is not shared. With
 * `madd`, the module multiplies and adds in one instruction, which not every engine has.
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
