import {
  add,
  addFloats,
  doWhile,
  get,
  integer,
  load,
  loadSplat,
  moduleOf,
  mul,
  mulFloats,
  set,
  store,
  sub,
  zero,
  type Code,
} from './assembler.ts';

/** Rows and columns that are held in registers: 4 × 8 sums in 8 vectors. */
export const tile = { rows: 4, columns: 8 } as const;

// The function's parameters: addresses in bytes, counts of panels, and the length of the sums.
const [a, b, c, rowPanels, columnPanels, length] = [0, 1, 2, 3, 4, 5] as const;
const [i, j, k, pa, pb, pc, width] = [6, 7, 8, 9, 10, 11, 12] as const;
const sums = (row: number, half: number): number => 13 + row * 2 + half;
const [left, right, factor] = [21, 22, 23] as const;

const let_ = (local: number, ...value: Code[]): Code => [...value.flat(), ...set(local)];
const step = (local: number, by: number): Code => let_(local, get(local), integer(by), add);
const rows = [0, 1, 2, 3];

const multiplyAdd = (sum: number, vector: number): Code => [
  ...get(sum),
  ...get(factor),
  ...get(vector),
  ...mulFloats,
  ...addFloats,
  ...set(sum),
];

/** One step of all 32 sums. */
const inner: Code[] = [
  let_(left, get(pb), load(0)),
  let_(right, get(pb), load(16)),
  ...rows.flatMap((r) => [
    let_(factor, get(pa), loadSplat(4 * r)),
    multiplyAdd(sums(r, 0), left),
    multiplyAdd(sums(r, 1), right),
  ]),
  step(pa, 16),
  step(pb, 32),
  let_(k, get(k), integer(1), sub),
  get(k),
];

const tileBody: Code[] = [
  ...rows.flatMap((r) => [let_(sums(r, 0), zero), let_(sums(r, 1), zero)]),
  let_(pb, get(b)),
  let_(k, get(length)),
  doWhile(...inner),
  let_(pc, get(c), get(i), get(width), mul, integer(4), mul, add, get(j), integer(32), mul, add),
  ...rows.flatMap((r) => [
    [...get(pc), ...get(sums(r, 0)), ...store(0)],
    [...get(pc), ...get(sums(r, 1)), ...store(16)],
    let_(pc, get(pc), get(width), add),
  ]),
  step(i, 1),
  get(i),
  get(rowPanels),
  sub,
];

/**
 * C = A B for A in panels of 4 rows, [⌈M/4⌉][K][4], B in panels of 8 columns, [⌈N/8⌉][K][8], and C [4⌈M/4⌉][8⌈N/8⌉]. A panel of B
 * stays in the first cache while the panels of A go by. gpu.js's own code reaches a third of this: it reads each number of B by
 * itself.
 */
export const multiplyModule = (): Uint8Array<ArrayBuffer> =>
  moduleOf(6, 7, 11, [
    let_(width, get(columnPanels), integer(32), mul),
    doWhile(
      let_(pa, get(a)),
      let_(i, integer(0)),
      doWhile(...tileBody),
      let_(b, get(b), get(length), integer(32), mul, add),
      step(j, 1),
      get(j),
      get(columnPanels),
      sub,
    ),
  ]);
