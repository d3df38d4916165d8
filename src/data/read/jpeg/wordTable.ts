import type { Bytes } from '../bytes.ts';

/** A Huffman table, made so that a word is found fast (ITU-T T.81, annex C). */
export interface WordTable {
  /** By the next 9 bits: a word's length · 256 + its symbol, or 0 for longer ones. */
  readonly quick: Uint16Array;
  /** By length: the last word, or −1, and what is added to a word for the place of its symbol. */
  readonly last: Int32Array;
  readonly first: Int32Array;
  readonly symbols: Uint8Array;
}

/** A table from how many words there are of each length, and their symbols in order. */
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
