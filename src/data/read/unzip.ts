import { BitReader } from './bitReader.ts';
import { hex, textOfBytes, type Bytes } from './bytes.ts';
import { checked, ratio, type Told } from './checked.ts';
import { inflate, newWindow } from './inflate.ts';
import { Source } from './source.ts';
import { lastRecord } from './zipEnd.ts';
import { checkSignature } from './zipSignatures.ts';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** The offset of its data. */
  readonly offset: number;
  /**
   * Returns a source of its data, which are unpacked as they are read. Format and name are for
   * errors.
   */
  readonly source: (format: string, name: string) => Source;
}

/**
 * What the central directory says about a file. Its data, `packed` bytes, are those from `start` up
 * to but excluding `end`; unpacked they have the stated length and checksum.
 */
interface Listed {
  readonly name: string;
  readonly method: number;
  readonly checksum: Told;
  readonly packed: number;
  readonly length: Told;
  /** The offset of its local header, after which its data follow. */
  readonly local: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the files in a zip archive, stored or deflated (PKWARE's APPNOTE 6.3, with zip64). Throws
 * if the directory is damaged, a file is encrypted or packed otherwise, two have the same name, or
 * two share bytes; so the archive cannot unpack to more than 1032 times its size. The length and
 * checksum of each file are verified as it is read.
 */
export function unzip(file: Bytes): ZipEntry[] {
  checkSignature(file, 0, file.length >= 4 && file.uint(0, 4, 'a signature') === 0x06054b50 ? 'end' : 'local');
  const { count, directory, end } = lastRecord(file);
  const files: Listed[] = [];
  const names = new Set<string>();
  let at = directory;
  for (let i = 0; i < count; i++) {
    const [listed, next] = readListed(file, at);
    if (names.has(listed.name)) throw file.wrong(at + 46, 'names that differ', `'${listed.name}' twice`);
    names.add(listed.name);
    files.push(listed);
    at = next;
  }
  if (at !== end) throw file.wrong(at, `the directory to end at byte ${end}`, at);
  let free = 0;
  for (const { name, local, end: dataEnd } of [...files].sort((a, b) => a.local - b.local)) {
    if (local < free) throw file.wrong(local, `${name} to share no bytes with another file`, `bytes up to ${free}`);
    free = dataEnd;
  }
  if (free > directory) throw file.wrong(directory, 'the directory behind all files', `data up to byte ${free}`);
  return files.map((listed) => ({ name: listed.name, offset: listed.start, source: sourceIn(file, listed) }));
}

/** Reads one record of the central directory. Returns it with the offset of the next one. */
function readListed(file: Bytes, at: number): [Listed, number] {
  checkSignature(file, at, 'directory');
  const [flags, method] = [file.uint(at + 8, 2, 'the flags'), file.uint(at + 10, 2, 'the method')];
  const checksum = { offset: at + 16, value: file.uint(at + 16, 4, 'the checksum') };
  const lengthOf = (k: number): number => file.uint(at + k, 2, 'a length');
  const [nameLength, extraLength, commentLength] = [lengthOf(28), lengthOf(30), lengthOf(32)];
  const nameBytes = file.slice(at + 46, nameLength, 'a name');
  const name = nameOf(file, at + 46, nameBytes, (flags & 0x800) !== 0);
  if (flags & 1) throw file.wrong(at + 8, `${name} not to be encrypted`, `flags ${hex(flags, 4)}`);
  const extra = at + 46 + nameLength;
  const next = extra + extraLength + commentLength;
  file.need(extra, extraLength + commentLength, 'an extra field and a comment');
  const wide = wideFields(file, extra, extra + extraLength);
  /**
   * Reads a number of 4 bytes; if all its bits are ones, the zip64 extra field holds it in 8 bytes.
   */
  const number = (k: number, what: string): number => {
    const short = file.uint(at + k, 4, what);
    return short === 0xffffffff ? wide(what) : short;
  };
  // The extra field holds the numbers in this order.
  const length = { offset: at + 24, value: number(24, 'the length') };
  const packed = number(20, 'the packed length');
  const local = number(42, 'the place of a file');
  const start = dataOffset(file, local, name, nameBytes);
  file.need(start, packed, `packed data of ${name}`);
  if (method === 0 && length.value !== packed)
    throw file.wrong(length.offset, `the stored length ${packed}`, length.value);
  if (method !== 0 && method !== 8) throw file.wrong(at + 10, 'method 0 (stored) or 8 (deflated)', method);
  if (length.value > ratio * (packed + 1))
    throw file.wrong(length.offset, `a length that ${packed} packed bytes can stand for`, length.value);
  return [{ name, method, checksum, packed, length, local, start, end: start + packed }, next];
}

/**
 * Decodes a name: as UTF-8 if the flag says so, otherwise byte by byte. Throws if it is no UTF-8.
 */
function nameOf(file: Bytes, at: number, bytes: Uint8Array, utf8: boolean): string {
  if (!utf8) return textOfBytes(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw file.wrong(at, 'a name in UTF-8', JSON.stringify(textOfBytes(bytes.subarray(0, 40))));
  }
}

/**
 * Finds zip64's extra field (kind 1) between `start` and `end`. Returns a function that reads its
 * 8-byte numbers one after the other, and throws if none is left; `what` names the number.
 */
function wideFields(file: Bytes, start: number, end: number): (what: string) => number {
  let [at, stop] = [end, end];
  for (let field = start; field + 4 <= end;) {
    const size = file.uint(field + 2, 2, 'the size of an extra field');
    if (file.uint(field, 2, 'the kind of an extra field') === 1)
      [at, stop] = [field + 4, Math.min(end, field + 4 + size)];
    field += 4 + size;
  }
  return (what) => {
    if (at + 8 > stop) throw file.wrong(at, `8 bytes of ${what} in the extra field of zip64`, stop - at);
    return file.uint64((at += 8) - 8, what);
  };
}

/**
 * Returns the offset of a file's data, after its local header at `local`. Throws if that header has
 * another name.
 */
function dataOffset(file: Bytes, local: number, name: string, nameBytes: Uint8Array): number {
  checkSignature(file, local, 'local');
  const own = file.slice(local + 30, nameBytes.length, 'a name');
  if (file.uint(local + 26, 2, 'a length') !== nameBytes.length || own.some((byte, i) => byte !== nameBytes[i]))
    throw file.wrong(local + 26, `the name '${name}' of the directory`, `'${textOfBytes(own)}'`);
  return local + 30 + nameBytes.length + file.uint(local + 28, 2, 'a length');
}

/** Returns the function `source` of a listed file. */
const sourceIn =
  (file: Bytes, { method, checksum, packed, length, start, end }: Listed): ZipEntry['source'] =>
  (format, name) => {
    const pieces =
      method === 0 ? [file.slice(start, packed, 'stored data')] : inflate(new BitReader(file, start, end), newWindow());
    const told = checked(file, pieces, () => ({ length, checksum }));
    return new Source(format, name, { bytes: length.value, exact: true }, told);
  };
