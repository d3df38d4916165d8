import * as fc from 'fast-check';
import { deflateSync, gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { BitReader } from '../../src/data/read/bitReader.ts';
import { Bytes } from '../../src/data/read/bytes.ts';
import { unpacked } from '../../src/data/read/gunzip.ts';
import { inflate, newWindow } from '../../src/data/read/inflate.ts';
import { joined } from '../../src/data/read/source.ts';

/** All that deflated data stand for, and where they end. */
function inflated(data: Uint8Array): { out: Uint8Array; end: number } {
  const bits = new BitReader(new Bytes('x', 'a', data), 0, data.length);
  const parts: Uint8Array[] = [];
  for (const piece of inflate(bits, newWindow())) parts.push(piece.slice());
  return {
    out: joined(
      parts,
      parts.reduce((sum, { length }) => sum + length, 0),
    ),
    end: bits.place,
  };
}

/** Data that repeat themselves near and far, as deflate looks for it. */
const repeating = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat({ max: 2000 })), { maxLength: 12 })
  .map((parts) =>
    Uint8Array.from(parts.flatMap(([part, times]) => Array.from({ length: times }, () => [...part]).flat())),
  );

const level = fc.integer({ min: 0, max: 9 }) as fc.Arbitrary<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9>;

test('what another library deflates comes back, and the reader stands behind it', () => {
  fc.assert(
    fc.property(repeating, level, (data, of) => {
      const packed = deflateSync(data, { level: of });
      const { out, end } = inflated(Uint8Array.of(...packed, 1, 2, 3));
      expect(end).toBe(packed.length);
      expect(out.length).toBe(data.length);
      expect(out.every((byte, i) => byte === data[i])).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a megabyte that fills the window many times comes back through gzip', () => {
  const data = Uint8Array.from({ length: 2 ** 20 }, (_, i) => (i * i) >> 7);
  const source = unpacked('x', 'a', gzipSync(data));
  for (let at = 0; at < data.length;) {
    const piece = source.some(10_000);
    expect(piece.every((byte, i) => byte === data[at + i])).toBe(true);
    expect(piece.length).toBeGreaterThan(0);
    at += piece.length;
  }
  expect(source.ended()).toBe(true);
});

test.each([
  ['a block of type 3', [0x07], 'a block of type 0, 1 or 2'],
  ['a length without its complement', [0x01, 1, 0, 1, 0], 'a length and its complement'],
  ['more symbols than there are', [0xf5, 0x1f, 0, 0], 'at most 286 symbols and 30 distances'],
  ['a code of which nothing is used', [0x05, 0, 0, 0, 0, 0, 0, 0], 'a complete code for code lengths'],
])('%s is refused', (_, data, says) => {
  expect(() => inflated(Uint8Array.from(data))).toThrow(`expected deflated data with ${says}, got other bits`);
});

test('data that are cut are refused wherever they are', () => {
  const packed = deflateSync(Uint8Array.from({ length: 500 }, (_, i) => i * i));
  for (let length = 0; length < packed.length; length++)
    expect(() => inflated(packed.slice(0, length))).toThrow(
      `x: a at byte ${length}: expected more deflated data, got their end`,
    );
});
