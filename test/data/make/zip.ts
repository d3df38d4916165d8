import { deflateSync } from 'fflate';
import { crc32 } from '../../../src/data/read/crc32.ts';
import { small16, small32, small64, text } from './parts.ts';

export interface Zipped {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflated?: boolean;
  /** What the directory says in place of what is so. */
  readonly says?: {
    readonly length?: number;
    readonly checksum?: number;
    readonly local?: number;
    readonly flags?: number;
  };
}

/** What a record of the directory begins with, and what no reader looks at. */
const signature = [0x50, 0x4b, 1, 2, 45, 0, 45, 0];
const unused = Array<number>(10).fill(0);

/**
 * A zip file written after PKWARE's APPNOTE; with `zip64` as one that is too large for the shorter
 * records.
 */
export function zip(files: readonly Zipped[], { zip64 = false, comment = '' } = {}): Uint8Array {
  const parts: number[][] = [];
  let at = 0;
  const put = (...bytes: ArrayLike<number>[]): void => {
    for (const b of bytes) {
      parts.push(Array.from(b));
      at += b.length;
    }
  };
  const directory: number[][] = [];
  for (const { name, data, deflated = false, says = {} } of files) {
    const packed = deflated ? deflateSync(data) : data;
    const { length = data.length, checksum = crc32(data), local = at, flags = 0x800 } = says;
    const method = small16(deflated ? 8 : 0);
    const ones = [255, 255, 255, 255];
    const sizes = zip64 ? [...ones, ...ones] : [...small32(packed.length), ...small32(length)];
    const own = zip64 ? [1, 0, 16, 0, ...small64(length), ...small64(packed.length)] : [];
    const wide = zip64 ? [1, 0, 24, 0, ...small64(length), ...small64(packed.length), ...small64(local)] : [];
    const common = [...small16(flags), ...method, 0, 0, 0, 0, ...small32(checksum), ...sizes];
    const named = text(name);
    put([0x50, 0x4b, 3, 4, 45, 0], common, small16(named.length), small16(own.length), named, own, packed);
    directory.push([
      ...signature,
      ...common,
      ...small16(named.length),
      ...small16(wide.length),
      ...unused,
      ...(zip64 ? ones : small32(local)),
      ...named,
      ...wide,
    ]);
  }
  const start = at;
  put(...directory);
  const size = at - start;
  if (zip64) {
    const end = at;
    put([0x50, 0x4b, 6, 6], small64(44), [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    put(small64(files.length), small64(files.length), small64(size), small64(start));
    put([0x50, 0x4b, 6, 7, 0, 0, 0, 0], small64(end), [1, 0, 0, 0]);
    put([0x50, 0x4b, 5, 6, 0, 0, 0, 0], Array<number>(12).fill(255), small16(comment.length), text(comment));
  } else {
    put([0x50, 0x4b, 5, 6, 0, 0, 0, 0], small16(files.length), small16(files.length), small32(size), small32(start));
    put(small16(comment.length), text(comment));
  }
  const out = new Uint8Array(at);
  let place = 0;
  for (const part of parts) {
    out.set(part, place);
    place += part.length;
  }
  return out;
}
