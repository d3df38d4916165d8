import { hex, type Bytes } from './bytes.ts';
import { crc32 } from './crc32.ts';

/** A number that a file tells, and the byte at which it does. */
export interface Told {
  readonly offset: number;
  readonly value: number;
}

/** Deflate makes data at most 1032 times smaller. */
export const ratio = 1032;

/**
 * Passes pieces on and counts them. At their end, when the file's own numbers are asked for, the
 * count modulo 2³² must be the length that the file tells, and their checksum the one that it
 * tells.
 */
export function* checked(
  file: Bytes,
  pieces: Iterable<Uint8Array>,
  told: () => { readonly length: Told; readonly checksum: Told },
): Generator<Uint8Array, undefined> {
  let [length, sum] = [0, 0];
  for (const piece of pieces) {
    length += piece.length;
    sum = crc32(piece, sum);
    yield piece;
  }
  const tells = told();
  if (length % 2 ** 32 !== tells.length.value)
    throw file.wrong(tells.length.offset, `the unpacked length ${length}`, tells.length.value);
  if (sum !== tells.checksum.value)
    throw file.wrong(tells.checksum.offset, `the checksum of the data, ${hex(sum)}`, hex(tells.checksum.value));
  return undefined;
}
