import { joined, type Source } from './source.ts';

/** A row of a text file without its line break, and the offset of its first byte. */
export interface Row {
  readonly text: string;
  readonly offset: number;
}

/** The longest row in bytes. */
const longest = 2 ** 21;

const [lineFeed, carriageReturn, quote] = [10, 13, 34];

/**
 * Yields the nonempty rows of a UTF-8 text as they are read, without a byte order mark. `delimiter`
 * is the byte between cells: if it is given, a cell that begins with a quote extends to the closing
 * quote, across line breaks (RFC 4180). Throws if a row is no UTF-8, if it is longer than 2²¹
 * bytes, or if a quote is not closed.
 */
export function* rowsOf(source: Source, delimiter?: number): Generator<Row, undefined> {
  let parts: Uint8Array[] = [];
  let piece = source.upTo(3);
  if (piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf) piece = source.some(65536);
  let [length, offset] = [0, source.offset - piece.length];
  /** `fresh`: a cell begins at this byte. `quoted`: this byte is inside quotes. */
  let [fresh, quoted] = [true, false];
  const finish = (rest: Uint8Array): Row | undefined => {
    const bytes = length === 0 ? rest : joined([...parts, rest], length + rest.length);
    const row = { text: decoded(source, bytes, offset), offset };
    [parts, length, fresh] = [[], 0, true];
    return row.text === '' ? undefined : row;
  };
  for (; piece.length > 0; piece = source.some(65536)) {
    const pieceAt = source.offset - piece.length;
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!;
      if (byte === quote && delimiter !== undefined && (quoted || fresh)) {
        // The first quote of a doubled one ends the quoted part, and the second begins it again.
        quoted = !quoted;
        fresh = true;
        continue;
      }
      if (quoted) continue;
      fresh = byte === delimiter;
      if (byte !== lineFeed && byte !== carriageReturn) continue;
      const row = finish(piece.subarray(start, i));
      if (row) yield row;
      start = i + 1;
      offset = pieceAt + start;
      fresh = true;
    }
    if (start < piece.length) parts.push(piece.slice(start));
    length += piece.length - start;
    if (length > longest) throw source.wrong(offset, `a row of at most ${longest} bytes`, 'more');
  }
  if (quoted) throw source.wrong(offset, 'cells whose quotes are closed', 'the end of the file');
  const row = finish(new Uint8Array());
  if (row) yield row;
  return undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8 text. Throws an error with the offset of the first invalid byte; `offset` is that
 * of the text.
 */
function decoded(source: Source, bytes: Uint8Array, offset: number): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const at = firstBad(bytes);
    const got = bytes[at];
    throw source.wrong(
      offset + at,
      'UTF-8 text',
      got === undefined ? 'the end of the row' : `byte 0x${got.toString(16)}`,
    );
  }
}

/**
 * Returns the index of the first invalid byte: the length of the longest prefix that may be the
 * beginning of valid UTF-8. If all of the data may be one, as when the last character is cut off,
 * it is their length.
 */
function firstBad(data: Uint8Array): number {
  let [good, bad] = [0, data.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(data.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
