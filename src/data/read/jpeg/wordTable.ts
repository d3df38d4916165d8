import type { Bytes } from '../bytes.ts';

/** A Huffman table laid out for fast decoding (ITU-T T.81, annex C). */
export interface WordTable {
  /**
   * For each value of the next 9 bits: word length · 256 + symbol, or 0 if the word is longer or
   * there is none.
   */
  readonly quick: Uint16Array;
  /**
   * For each length: the last word, or −1 if there is none, and `first`, which is added to a word
   * to get the index of its symbol.
   */
  readonly last: Int32Array;
  readonly first: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * Returns the table of the words whose numbers of each length are `counts` and whose symbols are in
 * order. Throws, with `offset`, if there are more words of a length than its bits allow.
 */
export function wordTable(file: Bytes, offset: number, counts: Uint8Array, symbols: Uint8Array): WordTable {
  const quick = new Uint16Array(512);
  const last = new Int32Array(17).fill(-1);
  const first = new Int32Array(17);
  let [word, place] = [0, 0];
  for (let length = 1; length <= 16; length++, word *= 2) {
    const count = counts[length - 1]!;
    if (word + count > 1 << length)
      throw file.wrong(offset, `at most ${(1 << length) - word} words of ${length} bits in a Huffman table`, count);
    first[length] = place - word;
    for (let i = 0; i < count; i++, word++, place++)
      if (length <= 9) quick.fill(length * 256 + symbols[place]!, word << (9 - length), (word + 1) << (9 - length));
    if (count > 0) last[length] = word - 1;
  }
  return { quick, last, first, symbols: symbols.slice() };
}
