import type { Bytes } from '../bytes.ts';
import type { WordTable } from './wordTable.ts';

/**
 * Reads a scan bit by bit, from the offset `start` up to the next marker, the highest bit of each
 * byte first (ITU-T T.81, F.2.2.5). All reads throw if bits are missing.
 */
export class EntropyReader {
  readonly #file: Bytes;
  readonly #data: Uint8Array;
  #at: number;
  #hold = 0;
  #count = 0;

  constructor(file: Bytes, start: number) {
    this.#file = file;
    this.#data = file.data;
    this.#at = start;
  }

  wrong(expected: string, got: string): Error {
    return this.#file.wrong(Math.min(this.#at, this.#file.length), expected, got);
  }

  #short(): Error {
    return this.wrong('more of a scan', 'its end');
  }

  /**
   * Reads bytes until at least 17 bits are held or a marker comes. A data byte 0xff is followed by
   * a 0.
   */
  #fill(): void {
    while (this.#count <= 16 && this.#at < this.#data.length) {
      const byte = this.#data[this.#at]!;
      if (byte === 0xff && this.#data[this.#at + 1] !== 0) return;
      this.#at += byte === 0xff ? 2 : 1;
      this.#hold = ((this.#hold & 0xffff) << 8) | byte;
      this.#count += 8;
    }
  }

  /** Reads an unsigned integer of up to 15 bits. */
  take(bits: number): number {
    if (bits === 0) return 0;
    if (this.#count < bits) this.#fill();
    if (this.#count < bits) throw this.#short();
    this.#count -= bits;
    return (this.#hold >> this.#count) & ((1 << bits) - 1);
  }

  /** Reads a signed integer of `bits` bits; one that begins with a 0 bit is negative (F.2.2.1). */
  signed(bits: number): number {
    const value = this.take(bits);
    return bits === 0 || value >= 1 << (bits - 1) ? value : value + 1 - (1 << bits);
  }

  /** Reads the next symbol of a Huffman table. Throws if the next bits are no word of the table. */
  symbol({ quick, last, first, symbols }: WordTable): number {
    if (this.#count < 16) this.#fill();
    // If fewer than 9 bits are left, zeros are appended.
    const next = this.#count >= 9 ? this.#hold >> (this.#count - 9) : this.#hold << (9 - this.#count);
    const found = quick[next & 511]!;
    if (found !== 0) {
      if (found >> 8 > this.#count) throw this.#short();
      this.#count -= found >> 8;
      return found & 255;
    }
    for (let length = 10; length <= 16; length++) {
      if (length > this.#count) throw this.#short();
      const word = (this.#hold >> (this.#count - length)) & ((1 << length) - 1);
      if (word > last[length]!) continue;
      this.#count -= length;
      return symbols[first[length]! + word]!;
    }
    throw this.wrong('words of a Huffman table', 'other bits');
  }

  /**
   * Drops the bits that are left and reads the restart marker with this number, from 0 to 7. Throws
   * if another marker comes next.
   */
  restart(number: number): void {
    this.#count = 0;
    const marker = this.#file.uint(this.#at, 2, 'a restart marker', false);
    if (marker !== 0xffd0 + number)
      throw this.wrong(
        `restart marker 0x${(0xffd0 + number).toString(16)}`,
        `0x${marker.toString(16).padStart(4, '0')}`,
      );
    this.#at += 2;
  }

  /** Skips to the next marker that is no restart marker and returns its offset. */
  end(): number {
    const data = this.#data;
    const isMarker = (at: number): boolean =>
      data[at] === 0xff && data[at + 1] !== 0 && data[at + 1] !== 0xff && (data[at + 1]! & 0xf8) !== 0xd0;
    let at = this.#at;
    while (at < data.length && !isMarker(at)) at++;
    return at;
  }
}
