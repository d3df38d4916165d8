import type { Bytes } from './bytes.ts';
import type { HuffmanCode } from './huffmanCode.ts';

/**
 * Reads the bytes of a file from `start` up to but excluding `end` bit by bit, the lowest bit of
 * each byte first, as in deflate (RFC 1951). All reads throw if bits are missing.
 */
export class BitReader {
  readonly #file: Bytes;
  readonly #data: Uint8Array;
  readonly #end: number;
  #at: number;
  #hold = 0;
  #count = 0;

  constructor(file: Bytes, start: number, end: number) {
    this.#file = file;
    this.#data = file.data;
    this.#at = start;
    this.#end = end;
  }

  /** The offset of the first byte of which no bit has been read. */
  get place(): number {
    return this.#at - (this.#count >> 3);
  }

  /** Returns the error for invalid data at the current place. */
  wrong(expected: string): Error {
    return this.#file.wrong(this.place, `deflated data with ${expected}`, 'other bits');
  }

  /** Returns the error for data that end too early. */
  #short(): Error {
    return this.#file.wrong(this.#end, 'more deflated data', 'their end');
  }

  /** Reads an unsigned integer of up to 16 bits. */
  take(bits: number): number {
    while (this.#count < bits) {
      if (this.#at >= this.#end) throw this.#short();
      this.#hold |= this.#data[this.#at++]! << this.#count;
      this.#count += 8;
    }
    const value = this.#hold & ((1 << bits) - 1);
    this.#hold >>>= bits;
    this.#count -= bits;
    return value;
  }

  /** Reads the next symbol of a Huffman code. Throws if the next bits are no word of the code. */
  symbol(code: HuffmanCode): number {
    while (this.#count < 15 && this.#at < this.#end) {
      this.#hold |= this.#data[this.#at++]! << this.#count;
      this.#count += 8;
    }
    const found = code.table[this.#hold & 511]!;
    if (found !== 0 && (found & 15) <= this.#count) {
      this.#hold >>>= found & 15;
      this.#count -= found & 15;
      return found >> 4;
    }
    return this.#longSymbol(code);
  }

  /**
   * Decodes a code word by its length, bit by bit: one longer than 9 bits, or the last ones of the
   * data. The words of one length are consecutive integers, and those of the next length follow
   * (canonical Huffman code).
   */
  #longSymbol({ counts, symbols }: HuffmanCode): number {
    let [word, first, index] = [0, 0, 0];
    for (let length = 1; length <= 15; length++) {
      if (length > this.#count) throw this.#short();
      word |= (this.#hold >> (length - 1)) & 1;
      const count = counts[length]!;
      if (word < first + count) {
        this.#hold >>>= length;
        this.#count -= length;
        return symbols[index + word - first]!;
      }
      index += count;
      first = 2 * (first + count);
      word *= 2;
    }
    throw this.wrong('words of its code');
  }

  /** Skips the bits that are left of a byte of which bits have been read. */
  align(): void {
    this.#at = this.place;
    this.#hold = this.#count = 0;
  }

  /**
   * Skips to the next whole byte and reads the length of a stored block, which is written twice.
   * Throws if the two disagree.
   */
  storedLength(): number {
    this.align();
    const length = this.take(16);
    if (this.take(16) !== (length ^ 0xffff)) throw this.wrong('a length and its complement');
    return length;
  }

  /** Returns the next `count` bytes. The reader must stand at a whole byte, as after `align`. */
  bytes(count: number): Uint8Array {
    if (this.#at + count > this.#end) throw this.#short();
    return this.#data.subarray(this.#at, (this.#at += count));
  }
}
