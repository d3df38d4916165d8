import type { Bytes } from './bytes.ts';

/** A file as UTF-8 text, without a byte order mark; an error tells the first byte that is none. */
export function textOf(file: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file.data);
  } catch {
    const at = firstBad(file.data);
    const got = file.data[at];
    throw file.wrong(at, 'UTF-8 text', got === undefined ? 'the end of the file' : `byte 0x${got.toString(16)}`);
  }
}

/** The length of the longest beginning that can be text. */
function firstBad(data: Uint8Array): number {
  let [good, bad] = [0, data.length];
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

/** The byte at which a character of the text stands. */
export const byteAt = (file: Bytes, text: string, character: number): number =>
  new TextEncoder().encode(text.slice(0, character)).length + (file.data[0] === 0xef && file.data[1] === 0xbb ? 3 : 0);
