import type { BitReader } from './bitReader.ts';
import { HuffmanCode } from './huffmanCode.ts';

const windowSize = 32768;

/**
 * Returns a buffer for `inflate`. It holds the last 32 768 bytes, to which distances reach back,
 * and the bytes since.
 */
export const newWindow = (): Uint8Array => new Uint8Array(4 * windowSize);

/**
 * The base values and numbers of extra bits of the length symbols 257 to 285 and the distance
 * symbols 0 to 29 (RFC 1951, 3.2.5).
 */
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBits = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const sums = (first: number, bits: readonly number[]): number[] =>
  bits.map((_, i) => bits.slice(0, i).reduce((sum, b) => sum + 2 ** b, first));
const lengths = [...sums(3, lengthBits.slice(0, 28)), 258];
const distances = sums(1, distanceBits);

/** The order in which the code length code's lengths are written. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const fixed = {
  symbols: new HuffmanCode(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  distances: new HuffmanCode(new Uint8Array(30).fill(5)),
};

interface Codes {
  readonly symbols: HuffmanCode;
  readonly distances: HuffmanCode;
}

/**
 * Reads the Huffman codes at the beginning of a dynamic block (RFC 1951, 3.2.7). Throws if they are
 * invalid.
 */
function readCodes(bits: BitReader): Codes {
  const [symbolCount, distanceCount, orderCount] = [257 + bits.take(5), 1 + bits.take(5), 4 + bits.take(4)];
  if (symbolCount > 286 || distanceCount > 30) throw bits.wrong('at most 286 symbols and 30 distances');
  const own = new Uint8Array(19);
  for (let i = 0; i < orderCount; i++) own[lengthOrder[i]!] = bits.take(3);
  const code = new HuffmanCode(own);
  if (code.unused !== 0) throw bits.wrong('a complete code for code lengths');
  const all = new Uint8Array(symbolCount + distanceCount);
  for (let i = 0; i < all.length;) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      all[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw bits.wrong('a code length to repeat');
    const value = symbol === 16 ? all[i - 1]! : 0;
    const count = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (i + count > all.length) throw bits.wrong('as many code lengths as there are symbols');
    all.fill(value, i, i + count);
    i += count;
  }
  const codes = {
    symbols: new HuffmanCode(all.subarray(0, symbolCount)),
    distances: new HuffmanCode(all.subarray(symbolCount)),
  };
  if (all[256] === 0) throw bits.wrong("a code for a block's end");
  if (!codes.symbols.complete || !codes.distances.complete) throw bits.wrong('complete codes');
  return codes;
}

/**
 * Yields the unpacked form of deflated data (RFC 1951) piece by piece, from the reader's position
 * on. Afterwards the reader stands behind the data, at a whole byte. `out` is a buffer of
 * `newWindow`. A piece is a part of it and valid until the next one is requested. Throws if the
 * data are damaged.
 */
export function* inflate(bits: BitReader, out: Uint8Array): Generator<Uint8Array, undefined> {
  /** The next byte is written at `at`; bytes before `given` have been yielded. */
  let [at, given] = [0, 0];
  const room = out.length - 258;
  for (let last = 0; last === 0;) {
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 3) throw bits.wrong('a block of type 0, 1 or 2');
    let stored = kind === 0 ? bits.storedLength() : 0;
    const codes = kind === 1 ? fixed : kind === 2 ? readCodes(bits) : undefined;
    for (;;) {
      if (at >= room) {
        yield out.subarray(given, at);
        out.copyWithin(0, at - windowSize, at);
        at = given = windowSize;
      }
      if (codes === undefined) {
        if (stored === 0) break;
        const count = Math.min(stored, out.length - at);
        out.set(bits.bytes(count), at);
        at += count;
        stored -= count;
        continue;
      }
      const symbol = bits.symbol(codes.symbols);
      if (symbol < 256) {
        out[at++] = symbol;
        continue;
      }
      if (symbol === 256) break;
      if (symbol > 285) throw bits.wrong('a symbol below 286');
      const length = lengths[symbol - 257]! + bits.take(lengthBits[symbol - 257]!);
      const code = bits.symbol(codes.distances);
      const distance = distances[code]! + bits.take(distanceBits[code]!);
      if (distance > at) throw bits.wrong('a distance that reaches back to bytes there are');
      if (distance >= length) out.copyWithin(at, at - distance, at - distance + length);
      else for (let i = at; i < at + length; i++) out[i] = out[i - distance]!;
      at += length;
    }
  }
  bits.align();
  if (at > given) yield out.subarray(given, at);
  return undefined;
}
