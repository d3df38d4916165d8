import { hex, type Bytes } from './bytes.ts';
import { crc32 } from './crc32.ts';

/** A number that a file states, and the offset at which it does. */
export interface Told {
  readonly offset: number;
  readonly value: number;
}

/** The largest compression ratio of deflate. */
export const ratio = 1032;

/**
 * Yields the pieces of unpacked data unchanged. At the end it throws unless their length modulo 2³²
 * and their checksum are those that the file states; `told` reads these only then.
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
