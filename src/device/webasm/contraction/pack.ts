import * as wasm from '../assembler.ts';
import type { Wasm } from '../assembler.ts';

// The function's parameters: addresses, widths and sizes in bytes; counts of panels and of numbers
// in a row; how many of these go in one round over the panels; how far apart threads' copies lie,
// and which thread this is.
const [from, rows, inner, to, panels, length, width, panel, block, copy, thread] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
] as const;
const [k, at, offset, out, steps, table, left, start, rest] = [11, 12, 13, 14, 15, 16, 17, 18, 19] as const;
const row = (w: number): number => 20 + w;
const four = 24;

/** Tables hold places of numbers; addresses are four times that. */
const bytes = (table: number, place: number): Wasm => [
  ...wasm.get(table),
  ...wasm.load32(4 * place),
  ...wasm.integer(2),
  ...wasm.shiftLeft,
];

/** For each k what `vector` loads, with the offset of k in a local, is put at its place. */
const eachStep = (...vector: Wasm[]): Wasm => [
  ...wasm.let_(at, wasm.get(inner)),
  ...wasm.let_(k, wasm.get(steps)),
  ...wasm.let_(out, wasm.get(start)),
  ...wasm.doWhile(
    wasm.let_(offset, bytes(at, 0)),
    wasm.get(out),
    ...vector,
    wasm.store(0),
    wasm.step(out, wasm.get(width)),
    wasm.step(at, wasm.integer(4)),
    wasm.step(k, wasm.integer(-1)),
    wasm.get(k),
  ),
];

const place = (w: number): Wasm => [...wasm.get(row(w)), ...wasm.get(offset), ...wasm.add];
/** How much further than w numbers row w lies behind row 0. */
const beyond = (w: number): Wasm => [
  ...wasm.get(row(w)),
  ...wasm.get(row(0)),
  ...wasm.sub,
  ...wasm.integer(4 * w),
  ...wasm.sub,
];

/**
 * Rows of each panel, four at once: for each k the numbers at from + rows[w] + inner[k] are put
 * side by side, `width` bytes after those for k − 1. Rows that lie side by side are copied as one
 * vector.
 */
export const packModule = (sharedPages: number | undefined): Uint8Array<ArrayBuffer> =>
  wasm.moduleOf(sharedPages, 11, wasm.localsOf(13, 1), [
    wasm.step(to, wasm.get(thread), wasm.get(copy), wasm.mul),
    wasm.doWhile(
      wasm.let_(steps, wasm.least(wasm.get(block), wasm.get(length))),
      wasm.let_(table, wasm.get(rows)),
      wasm.let_(start, wasm.get(to)),
      wasm.let_(left, wasm.get(panels)),
      wasm.doWhile(
        wasm.let_(rest, wasm.get(width)),
        wasm.doWhile(
          ...[0, 1, 2, 3].map((w) => wasm.let_(row(w), wasm.get(from), bytes(table, w), wasm.add)),
          [...beyond(1), ...beyond(2), ...wasm.or, ...beyond(3), ...wasm.or],
          wasm.either(
            eachStep(
              wasm.let_(four, place(0), wasm.loadFirst(0)),
              ...[1, 2, 3].map((w) => wasm.let_(four, place(w), wasm.get(four), wasm.laneLoad(w, 0))),
              wasm.get(four),
            ),
            eachStep(place(0), wasm.load(0)),
          ),
          wasm.step(start, wasm.integer(16)),
          wasm.step(table, wasm.integer(16)),
          wasm.step(rest, wasm.integer(-16)),
          wasm.get(rest),
        ),
        wasm.step(start, wasm.get(panel), wasm.get(width), wasm.sub),
        wasm.step(left, wasm.integer(-1)),
        wasm.get(left),
      ),
      wasm.step(inner, wasm.get(steps), wasm.integer(2), wasm.shiftLeft),
      wasm.step(to, wasm.get(steps), wasm.get(width), wasm.mul),
      wasm.let_(length, wasm.get(length), wasm.get(steps), wasm.sub),
      wasm.get(length),
    ),
  ]);
