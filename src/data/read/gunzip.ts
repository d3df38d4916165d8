import { BitReader } from './bitReader.ts';
import { Bytes } from './bytes.ts';
import { checked, ratio } from './checked.ts';
import { inflate, newWindow } from './inflate.ts';
import { Source, sourceOf } from './source.ts';

const isGzip = (data: Uint8Array): boolean => data[0] === 0x1f && data[1] === 0x8b;

/**
 * Returns the offset at which the deflated data of the gzip member at `start` begin. Throws if its
 * header is damaged.
 */
function dataOf(file: Bytes, start: number): number {
  file.need(start, 18, 'a gzip header and trailer');
  const magic = file.uint(start, 2, 'a gzip member', false);
  if (magic !== 0x1f8b) throw file.wrong(start, 'another gzip member or the end', `0x${magic.toString(16)}`);
  const method = file.uint(start + 2, 1, 'the method');
  if (method !== 8) throw file.wrong(start + 2, 'compression method 8', method);
  const flags = file.uint(start + 3, 1, 'the flags');
  if (flags & 0xe0) throw file.wrong(start + 3, 'the upper flags to be 0', flags);
  let at = start + 10;
  if (flags & 4) at += 2 + file.uint(at, 2, 'the length of an extra field');
  // A name and a comment each end with a 0 byte.
  for (const bit of [8, 16]) if (flags & bit) at = file.data.indexOf(0, at) + 1 || file.length;
  if (flags & 2) at += 2;
  file.need(at, 8, 'deflated data and a gzip trailer');
  return at;
}

/**
 * Throws if the last member states an unpacked length that is too large for the file: more than
 * 1032 bytes for each packed one.
 */
function checkLength(file: Bytes): void {
  const packed = file.length - 8 - dataOf(file, 0);
  const claimed = file.uint(file.length - 4, 4, 'the length');
  if (claimed > ratio * (packed + 1))
    throw file.wrong(file.length - 4, `a length that ${packed} packed bytes can stand for`, claimed);
}

/**
 * Yields the content of a gzip file (RFC 1952) piece by piece, one member after the other. Throws
 * if a member is damaged, or if its length or checksum is not the stated one. A piece is valid
 * until the next one is requested.
 */
function* gunzip(file: Bytes): Generator<Uint8Array, undefined> {
  checkLength(file);
  const window = newWindow();
  // Zeros after the last member are padding, which tapes and some writers append.
  const end = file.data.findLastIndex((byte) => byte !== 0) + 1;
  for (let at = 0; at < end;) {
    const bits = new BitReader(file, dataOf(file, at), file.length);
    yield* checked(file, inflate(bits, window), () => {
      at = bits.place + 8;
      return {
        length: { offset: at - 4, value: file.uint(at - 4, 4, 'the length') },
        checksum: { offset: at - 8, value: file.uint(at - 8, 4, 'the checksum') },
      };
    });
  }
  return undefined;
}

/**
 * Returns the bytes of a file as a source: unpacked if they begin like a gzip file, otherwise as
 * they are. `format` and `name` are for errors. Offsets in these count within the unpacked data.
 */
export function unpacked(format: string, name: string, data: Uint8Array): Source {
  const file = new Bytes(format, name, data);
  if (!isGzip(file.data)) return sourceOf(file);
  return new Source(format, `${name} (unpacked)`, { bytes: ratio * file.length, exact: false }, gunzip(file));
}
