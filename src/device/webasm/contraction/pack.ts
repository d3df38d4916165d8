import {
  add,
  doWhile,
  either,
  get,
  integer,
  laneLoad,
  least,
  let_,
  load,
  load32,
  loadFirst,
  localsOf,
  moduleOf,
  mul,
  or,
  shiftLeft,
  step,
  store,
  sub,
  type Wasm,
} from '../assembler.ts';

// The function's parameters: addresses, widths and sizes in bytes; counts of panels and of numbers in a row; how many of these go in one
// round over the panels; how far apart threads' copies lie, and which thread this is.
const [from, rows, inner, to, panels, length, width, panel, block, copy, thread] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;
const [k, at, offset, out, steps, table, left, start, rest] = [11, 12, 13, 14, 15, 16, 17, 18, 19] as const;
const row = (w: number): number => 20 + w;
const four = 24;

/** Tables hold places of numbers; addresses are four times that. */
const bytes = (table: number, place: number): Wasm => [
  ...get(table),
  ...load32(4 * place),
  ...integer(2),
  ...shiftLeft,
];

/** For each k what `vector` loads, with the offset of k in a local, is put at its place. */
const eachStep = (...vector: Wasm[]): Wasm => [
  ...let_(at, get(inner)),
  ...let_(k, get(steps)),
  ...let_(out, get(start)),
  ...doWhile(
    let_(offset, bytes(at, 0)),
    get(out),
    ...vector,
    store(0),
    step(out, get(width)),
    step(at, integer(4)),
    step(k, integer(-1)),
    get(k),
  ),
];

const place = (w: number): Wasm => [...get(row(w)), ...get(offset), ...add];
/** How much further than w numbers row w lies behind row 0. */
const beyond = (w: number): Wasm => [...get(row(w)), ...get(row(0)), ...sub, ...integer(4 * w), ...sub];

/**
 * Rows of each panel, four at once: for each k the numbers at from + rows[w] + inner[k] are put side by side, `width` bytes after those
 * for k − 1. Rows that lie side by side are copied as one vector.
 */
export const packModule = (sharedPages: number | undefined): Uint8Array<ArrayBuffer> =>
  moduleOf(sharedPages, 11, localsOf(13, 1), [
    step(to, get(thread), get(copy), mul),
    doWhile(
      let_(steps, least(get(block), get(length))),
      let_(table, get(rows)),
      let_(start, get(to)),
      let_(left, get(panels)),
      doWhile(
        let_(rest, get(width)),
        doWhile(
          ...[0, 1, 2, 3].map((w) => let_(row(w), get(from), bytes(table, w), add)),
          [...beyond(1), ...beyond(2), ...or, ...beyond(3), ...or],
          either(
            eachStep(
              let_(four, place(0), loadFirst(0)),
              ...[1, 2, 3].map((w) => let_(four, place(w), get(four), laneLoad(w, 0))),
              get(four),
            ),
            eachStep(place(0), load(0)),
          ),
          step(start, integer(16)),
          step(table, integer(16)),
          step(rest, integer(-16)),
          get(rest),
        ),
        step(start, get(panel), get(width), sub),
        step(left, integer(-1)),
        get(left),
      ),
      step(inner, get(steps), integer(2), shiftLeft),
      step(to, get(steps), get(width), mul),
      let_(length, get(length), get(steps), sub),
      get(length),
    ),
  ]);
