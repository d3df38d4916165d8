const quick = 9;

/**
 * A Huffman code with words of up to 15 bits, given by the length of each symbol's word, 0 for an
 * unused symbol (RFC 1951, 3.2.2). Words of up to 9 bits are decoded by a table, longer ones length
 * by length.
 */
export class HuffmanCode {
  /** The number of words of each length, by length. */
  readonly counts = new Uint16Array(16);
  /** The symbols in the order of their words. */
  readonly symbols: Uint16Array;
  /**
   * For each value of the next 9 bits, the first bit lowest: symbol · 16 + word length, or 0 if the
   * word is longer or there is none.
   */
  readonly table = new Uint16Array(1 << quick);
  /**
   * The number of all 15-bit sequences that begin with no word of the code: 2¹⁵ (1 − Σ
   * 2^{−length}). It is negative if there are more words than the lengths allow.
   */
  readonly unused: number;

  constructor(lengths: Uint8Array) {
    for (const length of lengths) if (length > 0) this.counts[length]!++;
    const places = new Uint16Array(17);
    for (let length = 1; length <= 15; length++) places[length + 1] = places[length]! + this.counts[length]!;
    this.symbols = new Uint16Array(places[16]!);
    for (const [symbol, length] of lengths.entries()) if (length > 0) this.symbols[places[length]!++] = symbol;
    let [word, index, unused] = [0, 0, 1];
    for (let length = 1; length <= 15; length++, word *= 2) {
      unused = 2 * unused - this.counts[length]!;
      for (let i = 0; i < this.counts[length]!; i++, word++, index++)
        if (length <= quick)
          for (let bits = reversed(word, length); bits < 1 << quick; bits += 1 << length)
            this.table[bits] = this.symbols[index]! * 16 + length;
      if (unused < 0) break;
    }
    this.unused = unused;
  }

  /**
   * True if any sequence of bits can be decoded: Σ 2^{−length} = 1 over all words. Like zlib, it is
   * also true for a code without words, and for one whose only word is a single bit.
   */
  get complete(): boolean {
    return this.unused === 0 || this.symbols.length === 0 || (this.symbols.length === 1 && this.counts[1] === 1);
  }
}

/** Returns the lowest `length` bits of a word in reverse order. */
function reversed(word: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((word >> i) & 1) << (length - 1 - i);
  return out;
}
