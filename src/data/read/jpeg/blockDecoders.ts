import type { EntropyReader } from './entropyReader.ts';
import type { WordTable } from './wordTable.ts';

/**
 * The settings of a scan, which codes coefficients `from` to `to` (spectral selection) without
 * their lowest `shift` bits (successive approximation). `before` is the `shift` of the last scan of
 * these coefficients, or 0 in their first scan.
 */
export interface ScanSettings {
  readonly progressive: boolean;
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly shift: number;
}

/** Decodes the blocks of one component in one scan, one after the other. */
export interface BlockDecoder {
  /**
   * Reads the next block and writes what it says to the 64 coefficients from index `at` on. Throws
   * if the data are damaged.
   */
  decode(coefficients: Int16Array, at: number): void;
  /** Resets the state that earlier blocks left behind. */
  restart(): void;
}

/**
 * The zigzag order: for each coefficient in the order of coding, its position in the block, row by
 * row (ITU-T T.81, figure A.6).
 */
export const zigzag: readonly number[] = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
  const diagonal = (i: number): number => (i >> 3) + (i & 7);
  const along = (i: number): number => (diagonal(i) % 2 === 0 ? i & 7 : i >> 3);
  return diagonal(a) - diagonal(b) || along(a) - along(b);
});

/**
 * Returns the decoder for a scan's settings, with the Huffman tables of its DC and AC coefficients.
 * A table that the scan does not need may be undefined.
 */
export function blockDecoder(
  reader: EntropyReader,
  settings: ScanSettings,
  dc: WordTable | undefined,
  ac: WordTable | undefined,
): BlockDecoder {
  if (!settings.progressive) return sequential(reader, dc!, ac!);
  if (settings.from === 0)
    return settings.before === 0 ? firstOfDc(reader, dc!, settings.shift) : moreOfDc(reader, settings.shift);
  return settings.before === 0 ? firstOfAc(reader, ac!, settings) : moreOfAc(reader, ac!, settings);
}

/** Reads the difference between a block's DC coefficient and that of the block before. */
function difference(reader: EntropyReader, table: WordTable): number {
  const bits = reader.symbol(table);
  if (bits > 15) throw reader.wrong('differences of at most 15 bits', String(bits));
  return reader.signed(bits);
}

/** Returns a decoder of scans that code all coefficients of a block (F.2.2). */
function sequential(reader: EntropyReader, dc: WordTable, ac: WordTable): BlockDecoder {
  let last = 0;
  return {
    restart: () => (last = 0),
    decode(coefficients, at) {
      coefficients[at] = last += difference(reader, dc);
      for (let k = 1; k < 64; k++) {
        const symbol = reader.symbol(ac);
        const bits = symbol & 15;
        if (bits === 0 && symbol !== 0xf0) return;
        k += symbol >> 4;
        if (bits === 0) continue;
        if (k > 63) throw reader.wrong('at most 64 coefficients in a block', 'more');
        coefficients[at + zigzag[k]!] = reader.signed(bits);
      }
    },
  };
}

/**
 * Returns a decoder of first scans of the DC coefficients, which code their upper bits (G.1.2.1).
 */
function firstOfDc(reader: EntropyReader, table: WordTable, shift: number): BlockDecoder {
  let last = 0;
  return {
    restart: () => (last = 0),
    decode(coefficients, at) {
      last += difference(reader, table);
      coefficients[at] = last << shift;
    },
  };
}

/** Returns a decoder of later scans of the DC coefficients, which add one bit to each (G.1.2.1). */
const moreOfDc = (reader: EntropyReader, shift: number): BlockDecoder => ({
  restart() {},
  decode(coefficients, at) {
    coefficients[at]! |= reader.take(1) << shift;
  },
});

/**
 * Returns a decoder of first scans of AC coefficients, which code their upper bits (G.1.2.2). A run
 * may state that several blocks have no further ones.
 */
function firstOfAc(reader: EntropyReader, table: WordTable, { from, to, shift }: ScanSettings): BlockDecoder {
  let empty = 0;
  return {
    restart: () => (empty = 0),
    decode(coefficients, at) {
      if (empty > 0) {
        empty--;
        return;
      }
      for (let k = from; k <= to; k++) {
        const symbol = reader.symbol(table);
        const [run, bits] = [symbol >> 4, symbol & 15];
        if (bits === 0 && run < 15) {
          empty = (1 << run) + reader.take(run) - 1;
          return;
        }
        k += run;
        if (bits === 0) continue;
        if (k > to) throw reader.wrong(`coefficients up to ${to}`, 'more');
        coefficients[at + zigzag[k]!] = reader.signed(bits) << shift;
      }
    },
  };
}

/**
 * Returns a decoder of later scans of AC coefficients (G.1.2.3): nonzero ones get one more bit, and
 * some zeros become one unit.
 */
function moreOfAc(reader: EntropyReader, table: WordTable, { from, to, shift }: ScanSettings): BlockDecoder {
  const unit = 1 << shift;
  let empty = 0;
  /**
   * Refines nonzero coefficients from `start` on while it skips `zeros` zero ones. Returns the
   * index of the next zero coefficient.
   */
  const pass = (coefficients: Int16Array, at: number, start: number, zeros: number): number => {
    for (let k = start, left = zeros; k <= to; k++) {
      const place = at + zigzag[k]!;
      const value = coefficients[place]!;
      if (value === 0) {
        if (left-- === 0) return k;
      } else if (reader.take(1) === 1 && (Math.abs(value) & unit) === 0)
        coefficients[place] = value + (value > 0 ? unit : -unit);
    }
    return to + 1;
  };
  return {
    restart: () => (empty = 0),
    decode(coefficients, at) {
      let k = from;
      while (empty === 0 && k <= to) {
        const symbol = reader.symbol(table);
        const [run, bits] = [symbol >> 4, symbol & 15];
        if (bits > 1) throw reader.wrong('coefficients of one unit', `${bits} bits`);
        if (bits === 0 && run < 15) {
          empty = (1 << run) + reader.take(run);
          break;
        }
        const value = bits === 0 ? 0 : reader.take(1) === 1 ? unit : -unit;
        k = pass(coefficients, at, k, run);
        if (k <= to && value !== 0) coefficients[at + zigzag[k]!] = value;
        k++;
      }
      if (empty > 0) {
        pass(coefficients, at, k, 64);
        empty--;
      }
    },
  };
}
