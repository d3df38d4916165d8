import { Bytes, hex } from '../bytes.ts';
import { zigzag } from './blockDecoders.ts';
import { decodeScan, type Tables } from './decodeScan.ts';
import { readFrame, type Frame } from './frame.ts';
import { orientationIn } from './orientation.ts';
import type { Picture } from './picture.ts';
import { render, type Colours } from './render.ts';
import { wordTable } from './wordTable.ts';

/** The largest number of scans. Each is a pass over the whole image, and no encoder writes more. */
const mostScans = 100;

/** The magic bytes of other formats that often have the ending .jpg. */
const others: ReadonlyMap<number, string> = new Map([
  [0x8950, 'PNG'],
  [0x4749, 'GIF'],
  [0x5249, 'WebP'],
  [0x424d, 'BMP'],
]);

/** The properties of the image that the segments read so far have stated. */
interface State {
  frame?: Frame;
  readonly tables: Tables;
  readonly divisors: (Uint16Array | undefined)[];
  interval: number;
  orientation: number;
  jfif: boolean;
  /** The colour transform in Adobe's segment: 0 none, 1 or 2 luma and chroma. */
  transform?: number;
  scans: number;
}

/**
 * Decodes the bytes of a JPEG file (ITU-T T.81: baseline and progressive, Huffman-coded, 8 bits,
 * grey, RGB, YCbCr, CMYK or YCCK). Returns the image in RGB, oriented as its EXIF data say. Bytes
 * after the end of the image are ignored. If the file is damaged, unsupported or larger than 50
 * million pixels, throws an error with the offset and `name`, the file's name.
 */
export async function decodeJpeg(data: Uint8Array, name: string): Promise<Picture> {
  const file = new Bytes('jpeg', name, data);
  const start = file.uint(0, 2, 'the start of a picture', false);
  if (start !== 0xffd8) {
    const other = others.get(start);
    const hint = other === undefined ? '' : `, as ${other} files begin; save it as JPEG`;
    throw file.wrong(0, 'start of a picture 0xffd8', hex(start, 4) + hint);
  }
  if (!hasEnd(data))
    throw file.wrong(file.length - 2, 'end of a picture 0xffd9', hex(file.uint(file.length - 2, 2, '', false), 4));

  const state: State = { tables: { dc: [], ac: [] }, divisors: [], interval: 0, orientation: 1, jfif: false, scans: 0 };
  for (let at = 2; ;) {
    if (file.uint(at, 1, 'a marker') !== 0xff) throw file.wrong(at, 'a marker 0xff..', hex(file.uint(at, 1, ''), 2));
    const marker = file.uint(at + 1, 1, 'a marker');
    if (marker === 0xd9) break;
    // Fill bytes 0xff may precede a marker.
    if (marker === 0xff) at++;
    else {
      const length = file.uint(at + 2, 2, 'the length of a segment', false);
      if (length < 2) throw file.wrong(at + 2, 'the length of a segment, 2 or more', length);
      file.need(at + 2, length, 'a segment');
      at = readSegment(file, marker, at + 4, length - 2, state);
    }
  }
  const { frame, divisors, orientation } = state;
  if (!frame || state.scans === 0) throw file.wrong(2, "a picture's header and scans before its end", 'none');
  const tables = frame.components.map((component) => {
    const found = divisors[component.divisors];
    if (!found) throw file.wrong(2, `table ${component.divisors} of divisors`, 'none');
    return found;
  });
  return render(frame, tables, coloursOf(file, frame, state), orientation);
}

/** True if an end-of-image marker occurs anywhere after the first two bytes. */
function hasEnd(data: Uint8Array): boolean {
  for (let at = data.lastIndexOf(0xd9); at > 2; at = data.lastIndexOf(0xd9, at - 1))
    if (data[at - 1] === 0xff) return true;
  return false;
}

/**
 * Reads the segment of a marker into the state. Its `length` bytes begin at `start`, after the
 * bytes that state the length. Returns the offset of the next marker. Throws if the segment is
 * damaged.
 */
function readSegment(file: Bytes, marker: number, start: number, length: number, state: State): number {
  const next = start + length;
  if (marker === 0xda) {
    if (!state.frame) throw file.wrong(start, "a picture's header before a scan", 'none');
    if (++state.scans > mostScans) throw file.wrong(start, `at most ${mostScans} scans`, 'more');
    return decodeScan(file, start, length, state.frame, state.tables, state.interval);
  }
  if (marker === 0xc4) readWordTables(file, start, next, state);
  else if (marker === 0xdb) readDivisors(file, start, next, state);
  else if (marker === 0xdd) state.interval = file.uint(start, 2, 'the restart interval', false);
  else if (marker >= 0xc0 && marker <= 0xc2) {
    if (state.frame) throw file.wrong(start, 'one picture', 'another header');
    state.frame = readFrame(file, start, length, marker === 0xc2);
  } else if (marker >= 0xc3 && marker <= 0xcf)
    throw file.wrong(start - 3, 'baseline or progressive coding by Huffman, 0xc0 to 0xc2', hex(marker, 2));
  else if (marker === 0xe0) state.jfif ||= length >= 5 && file.uint(start, 4, 'JFIF', false) === 0x4a464946;
  else if (marker === 0xe1 && state.orientation === 1) state.orientation = orientationIn(file, start, length);
  else if (marker === 0xee && length >= 12 && file.uint(start, 4, 'Adobe', false) === 0x41646f62)
    state.transform = file.uint(start + 11, 1, 'the transform');
  return next;
}

/**
 * Reads the Huffman tables from `start` to `end` into the state. Each has its class (0 for DC, 1
 * for AC) and number, the number of words of each length, and the symbols (B.2.4.2).
 */
function readWordTables(file: Bytes, start: number, end: number, { tables }: State): void {
  for (let at = start; at < end;) {
    const [kind, number] = [file.uint(at, 1, 'a table') >> 4, file.uint(at, 1, 'a table') & 15];
    if (kind > 1 || number > 3) throw file.wrong(at, 'a table 0 to 3 of class 0 or 1', `${number} of ${kind}`);
    const counts = file.slice(at + 1, 16, 'a Huffman table');
    const total = counts.reduce((sum, n) => sum + n, 0);
    if (total > 256 || at + 17 + total > end) throw file.wrong(at + 1, 'a Huffman table within its segment', total);
    const table = wordTable(file, at + 1, counts, file.slice(at + 17, total, 'a Huffman table'));
    (kind === 0 ? tables.dc : tables.ac)[number] = table;
    at += 17 + total;
  }
}

/**
 * Reads the quantisation tables from `start` to `end` into the state; they are in zigzag order
 * (B.2.4.1).
 */
function readDivisors(file: Bytes, start: number, end: number, { divisors }: State): void {
  for (let at = start; at < end;) {
    const [wide, number] = [file.uint(at, 1, 'a table') >> 4, file.uint(at, 1, 'a table') & 15];
    if (wide > 1 || number > 3) throw file.wrong(at, 'a table 0 to 3 of 8 or 16 bits', `${number} of ${wide}`);
    const bytes = wide === 1 ? 2 : 1;
    if (at + 1 + 64 * bytes > end) throw file.wrong(at + 1, `${64 * bytes} bytes of a table`, end - at - 1);
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) table[zigzag[k]!] = file.uint(at + 1 + k * bytes, bytes, 'a divisor', false);
    divisors[number] = table;
    at += 1 + 64 * bytes;
  }
}

/**
 * Returns the colour model, chosen as in libjpeg. One component is grey. Three are YCbCr if there
 * is JFIF's segment; otherwise Adobe's segment decides, or else the components' identifiers. Of
 * four, Adobe's segment decides; throws if it is absent.
 */
function coloursOf(file: Bytes, { components }: Frame, { jfif, transform }: State): Colours {
  if (components.length === 1) return 'grey';
  if (components.length === 4) {
    if (transform === undefined) throw file.wrong(2, "Adobe's segment in a picture of 4 components", 'none');
    return transform === 2 ? 'ycck' : 'cmyk';
  }
  const named = components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB';
  if (jfif) return 'ycc';
  return transform === 0 || (transform === undefined && named) ? 'rgb' : 'ycc';
}
