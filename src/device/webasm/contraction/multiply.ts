import {
  add,
  differ,
  doWhile,
  floats,
  get,
  integer,
  least,
  less,
  let_,
  load,
  loadSplat,
  localsOf,
  moduleOf,
  mul,
  shiftLeft,
  step,
  store,
  sub,
  untilZero,
  zero,
  type Wasm,
} from '../assembler.ts';

/** Rows and columns that are held in registers: 4 × 8 sums in 8 vectors. */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * Steps of the sum between two jumps back. After each the sum may end: the branch also keeps compilers that float loads upwards (V8 before
 * 2024) from loading for all steps at once, more than registers hold. Without it the product of 256 × 256 (W4 of the benchmark) takes
 * 1.26 ms on one core, with it 0.65; 2 steps take 0.70.
 */
const steps = 8;

// The function's parameters: addresses in bytes; the result's rows and columns; the part of them to compute; the length of the sums; how
// far apart threads' copies of a and of b lie, and which thread this is.
const [a, b, c, M, N, firstRow, endRow, column, endColumn, length] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const [copyA, copyB, thread, row, endA, pa, pb, pc] = [10, 11, 12, 13, 14, 15, 16, 17] as const;
const sums = (r: number, half: number): number => 18 + r * 2 + half;
const [left, right, factor] = [26, 27, 28] as const;

const rows = [0, 1, 2, 3];

type MultiplyAdd = (sum: number, vector: number) => Wasm;

const twice: MultiplyAdd = (sum, vector) => let_(sum, get(sum), get(factor), get(vector), floats.mul, floats.add);

const fused: MultiplyAdd = (sum, vector) => let_(sum, get(factor), get(vector), get(sum), floats.fusedMultiplyAdd);

/** One step of all 32 sums, the `at`-th after a jump, and whether another follows. Offsets of `loadSplat` cost a register each. */
const inner = (multiplyAdd: MultiplyAdd, at: number): Wasm => [
  ...let_(left, get(pb), load(32 * at)),
  ...let_(right, get(pb), load(32 * at + 16)),
  ...rows.flatMap((r) => [
    ...let_(factor, get(pa), loadSplat(4 * r)),
    ...multiplyAdd(sums(r, 0), left),
    ...multiplyAdd(sums(r, 1), right),
  ]),
  ...step(pa, integer(16)),
  ...(at === steps - 1 ? step(pb, integer(32 * steps)) : []),
  ...get(pa),
  ...get(endA),
  ...differ,
];

/** 4 × 8 sums, stored at their place; the last of a row or column overlap those before. */
const tileBody = (multiplyAdd: MultiplyAdd): Wasm[] => [
  ...rows.flatMap((r) => [let_(sums(r, 0), zero), let_(sums(r, 1), zero)]),
  let_(pb, get(b)),
  let_(endA, get(pa), get(length), integer(4), shiftLeft, add),
  untilZero(...Array.from({ length: steps }, (_, at) => inner(multiplyAdd, at))),
  let_(pc, least(get(row), [...get(M), ...integer(tile.rows), ...sub]), get(N), mul),
  let_(pc, get(pc), least(get(column), [...get(N), ...integer(tile.columns), ...sub]), add),
  let_(pc, get(pc), integer(2), shiftLeft, get(c), add),
  ...rows.flatMap((r) => [
    [...get(pc), ...get(sums(r, 0)), ...store(0)],
    [...get(pc), ...get(sums(r, 1)), ...store(16)],
    let_(pc, get(pc), get(N), integer(2), shiftLeft, add),
  ]),
  step(row, integer(tile.rows)),
  get(row),
  get(endRow),
  less,
];

/**
 * Rows firstRow to before endRow and columns `column` to before endColumn of C = A B, for A in panels of 4 rows, [⌈M/4⌉][K][4], B in
 * panels of 8 columns, [⌈N/8⌉][K][8], a and b the first of them that count, and C [M][N]; M ≥ 4, N ≥ 8. A panel of B
 * stays in the first cache while the panels of A go by. `madd` multiplies and adds in one instruction, where the engine has it.
 */
export const multiplyModule = (sharedPages: number | undefined, madd: boolean): Uint8Array<ArrayBuffer> =>
  moduleOf(sharedPages, 13, localsOf(5, 11), [
    step(a, get(thread), get(copyA), mul),
    step(b, get(thread), get(copyB), mul),
    doWhile(
      let_(pa, get(a)),
      let_(row, get(firstRow)),
      doWhile(...tileBody(madd ? fused : twice)),
      step(b, get(length), integer(32), mul),
      step(column, integer(tile.columns)),
      get(column),
      get(endColumn),
      less,
    ),
  ]);
