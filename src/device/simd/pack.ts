import {
  add,
  doWhile,
  get,
  integer,
  laneLoad,
  load32,
  loadFirst,
  moduleOf,
  set,
  shiftLeft,
  store,
  sub,
  type Code,
} from './assembler.ts';

// The function's parameters: addresses and widths in bytes, counts of panels and of numbers in a row.
const [from, rows, inner, to, panels, length, width] = [0, 1, 2, 3, 4, 5, 6] as const;
const [k, at, offset] = [7, 8, 9] as const;
const row = (w: number): number => 10 + w;
const four = 14;

const let_ = (local: number, ...value: Code[]): Code => [...value.flat(), ...set(local)];
const step = (local: number, by: Code): Code => let_(local, get(local), by, add);
const less = (local: number): Code => let_(local, get(local), integer(1), sub);
/** Tables hold places of numbers; addresses are four times that. */
const bytes = (table: number, place: number): Code => [
  ...get(table),
  ...load32(4 * place),
  ...integer(2),
  ...shiftLeft,
];

/**
 * Four rows of each panel: for each k the numbers at from + rows[w] + inner[k], w < 4, are put side by side, `width` bytes after
 * those for k − 1. The table of rows goes on by a panel's width too. In JavaScript the same takes 1.4 ns a number, here 0.3.
 */
export const packModule = (): Uint8Array<ArrayBuffer> =>
  moduleOf(7, 7, 1, [
    doWhile(
      ...[0, 1, 2, 3].map((w) => let_(row(w), get(from), bytes(rows, w), add)),
      let_(at, get(inner)),
      let_(k, get(length)),
      doWhile(
        let_(offset, bytes(at, 0)),
        let_(four, get(row(0)), get(offset), add, loadFirst),
        ...[1, 2, 3].map((w) => let_(four, get(row(w)), get(offset), add, get(four), laneLoad(w))),
        [...get(to), ...get(four), ...store(0)],
        step(to, get(width)),
        step(at, integer(4)),
        less(k),
        get(k),
      ),
      step(rows, get(width)),
      less(panels),
      get(panels),
    ),
  ]);
