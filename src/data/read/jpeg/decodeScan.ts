import type { Bytes } from '../bytes.ts';
import { blockDecoder, type ScanSettings } from './blockDecoders.ts';
import { EntropyReader } from './entropyReader.ts';
import type { Component, Frame } from './frame.ts';
import type { WordTable } from './wordTable.ts';

/** The Huffman tables by their numbers. */
export interface Tables {
  readonly dc: (WordTable | undefined)[];
  readonly ac: (WordTable | undefined)[];
}

/**
 * Decodes a scan (ITU-T T.81, B.2.3) into the coefficients of the frame's components. Its header
 * has `length` bytes from `start` on. A restart marker follows after every `interval` units, or
 * none if `interval` is 0. Returns the offset of the next marker. Throws if the scan is damaged.
 */
export function decodeScan(
  file: Bytes,
  start: number,
  length: number,
  frame: Frame,
  tables: Tables,
  interval: number,
): number {
  const u8 = (at: number): number => file.uint(start + at, 1, "a scan's header");
  const count = u8(0);
  if (count < 1 || count > frame.components.length || length !== 4 + 2 * count)
    throw file.wrong(start, `1 to ${frame.components.length} components in a scan`, count);
  const [from, to, bits] = [u8(1 + 2 * count), u8(2 + 2 * count), u8(3 + 2 * count)];
  const settings: ScanSettings = frame.progressive
    ? { progressive: true, from, to, before: bits >> 4, shift: bits & 15 }
    : { progressive: false, from: 0, to: 63, before: 0, shift: 0 };
  checkSettings(file, start + 1 + 2 * count, settings, count);

  const reader = new EntropyReader(file, start + length);
  const planes = Array.from({ length: count }, (_, i) => {
    const at = 1 + 2 * i;
    const component = frame.components.find(({ id }) => id === u8(at));
    if (!component) throw file.wrong(start + at, "one of the picture's components", u8(at));
    const [dc, ac] = [tables.dc[u8(at + 1) >> 4], tables.ac[u8(at + 1) & 15]];
    const needed = settings.from === 0 ? (settings.before === 0 ? dc : true) : ac;
    if (!needed || (settings.to > 0 && !ac)) throw file.wrong(start + at + 1, 'Huffman tables before a scan', 'none');
    return { component, decoder: blockDecoder(reader, settings, dc, ac) };
  });
  if (new Set(planes.map((p) => p.component)).size < count)
    throw file.wrong(start + 1, 'components that differ', 'one twice');

  /**
   * Decodes the n-th minimum coded unit of the scan into the coefficients: a group of blocks of
   * each component, or a single block if the scan has one component.
   */
  const unit = (n: number): void => {
    for (const { component, decoder } of planes) {
      const { stride, coefficients } = component;
      if (count === 1) {
        const [row, column] = [Math.floor(n / component.across), n % component.across];
        decoder.decode(coefficients, 64 * (row * stride + column));
        continue;
      }
      const [row, column] = [Math.floor(n / frame.across) * component.v, (n % frame.across) * component.h];
      for (let y = row; y < row + component.v; y++)
        for (let x = column; x < column + component.h; x++) decoder.decode(coefficients, 64 * (y * stride + x));
    }
  };
  const units = count === 1 ? blocksOf(planes[0]!.component) : frame.across * frame.down;
  for (let n = 0; n < units; n++) {
    if (interval > 0 && n > 0 && n % interval === 0) {
      reader.restart((n / interval - 1) % 8);
      for (const { decoder } of planes) decoder.restart();
    }
    unit(n);
  }
  return reader.end();
}

const blocksOf = ({ across, down }: Component): number => across * down;

/**
 * Throws unless a progressive scan of `count` components codes their DC coefficients, or a range of
 * AC coefficients of a single one (G.1.1.1), and its bits follow those of the scan before. `at` is
 * the offset of the settings.
 */
function checkSettings(
  file: Bytes,
  at: number,
  { progressive, from, to, before, shift }: ScanSettings,
  count: number,
): void {
  if (!progressive) return;
  if (from > to || to > 63 || (from === 0) !== (to === 0) || (from > 0 && count > 1))
    throw file.wrong(at, 'coefficients 0 to 0 or a range of 1 to 63 of one component', `${from} to ${to} of ${count}`);
  if (shift > 13 || (before > 0 && before !== shift + 1))
    throw file.wrong(at + 2, 'bits that follow those before', `${before} and ${shift}`);
}
