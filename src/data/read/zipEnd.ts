import { hex, type Bytes } from './bytes.ts';
import { checkSignature, signatures } from './zipSignatures.ts';

/**
 * The content of a zip archive's end record: the number of files, the offset of the central
 * directory, and the offset at which the directory must end.
 */
export interface ZipEnd {
  readonly count: number;
  readonly directory: number;
  readonly end: number;
}

/**
 * Reads the end record of a zip archive, or the zip64 end record if a locator before it points to
 * one. Throws if there is none.
 */
export function lastRecord(file: Bytes): ZipEnd {
  const end = placeOf(file);
  const count = file.uint(end + 10, 2, 'the number of files');
  const directory = file.uint(end + 16, 4, 'the place of the directory');
  const locator = end - 20;
  if (locator < 0 || file.uint(locator, 4, 'a signature') !== signatures['zip64 locator'])
    return { count, directory, end };
  const wide = file.uint64(locator + 8, 'the place of the zip64 end record');
  if (wide + 56 > locator) throw file.wrong(locator + 8, 'the zip64 end record before its locator', wide);
  checkSignature(file, wide, 'zip64 end');
  return {
    count: file.uint64(wide + 32, 'the number of files'),
    directory: file.uint64(wide + 48, 'the place of the directory'),
    end: wide,
  };
}

/**
 * Returns the offset of the end record: the last one whose comment reaches exactly to the end of
 * the file. Throws if there is none.
 */
function placeOf(file: Bytes): number {
  for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 0xffff); at--)
    if (
      file.uint(at, 4, 'a signature') === signatures.end &&
      at + 22 + file.uint(at + 20, 2, 'a length') === file.length
    )
      return at;
  throw file.wrong(file.length, `a zip's end record ${hex(signatures.end)} before here`, 'none');
}
