import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import {
  decodeJpeg,
  parseCelebAAttributes,
  parseCifar10,
  parseCsv,
  parseIdx,
  parseNpy,
  parseNpz,
  parseSafetensors,
} from '../../../src/data/browser.ts';
import { cifar, idx, npy, safetensors } from '../make/files.ts';
import { flat, photograph } from '../make/jpeg.ts';
import { bytes, small32, text } from '../make/parts.ts';
import { zip } from '../make/zip.ts';

/**
 * A file, how it is read, and how many bytes the result may have; 0 where the file must be refused.
 */
export interface MemoryCase {
  readonly name: string;
  readonly make: () => Uint8Array;
  readonly read: (data: Uint8Array) => Promise<unknown>;
  readonly result: number;
}

const mega = 2 ** 20;

/** Bytes that do not pack well. */
function noise(length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0, x = 1; i < length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    out[i] = x >>> 24;
  }
  return out;
}

/**
 * A gzip of one member that truly holds 512 MB of zeros, but for its checksum, which is not
 * reached.
 */
function half(): Uint8Array {
  const zeros = deflateRawSync(new Uint8Array(mega), { finishFlush: constants.Z_FULL_FLUSH });
  const parts = Array.from({ length: 512 }, () => zeros);
  return bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], ...parts, [3, 0], small32(0), small32(512 * mega));
}

const rows = (n: number, row: (i: number) => string): Uint8Array =>
  text(Array.from({ length: n }, (_, i) => row(i)).join('\n') + '\n');

const csv = (): Uint8Array =>
  bytes(
    text('a,b,c\n'),
    rows(300_000, (i) => `${i},${i % 97}.5,${-i}`),
  );
const list = (): Uint8Array =>
  bytes(
    text(`50000\n${Array.from({ length: 40 }, (_, i) => `A${i}`).join(' ')}\n`),
    rows(50_000, (i) => `${i}.jpg${(i % 2 ? ' -1' : '  1').repeat(40)}`),
  );
const tensorOf = (dtype: string, count: number, size: number): Uint8Array =>
  safetensors(
    `{"w":{"dtype":"${dtype}","shape":[${count}],"data_offsets":[0,${count * size}]}}`,
    new Uint8Array(count * size),
  );

const refusedHalf = (name: string, read: MemoryCase['read']): MemoryCase => ({
  name: `512 MB of zeros, packed, as ${name}`,
  make: half,
  read,
  result: 0,
});

export const cases: readonly MemoryCase[] = [
  { name: 'IDX', make: () => idx([32, mega], noise(32 * mega)), read: (d) => parseIdx(d, 'a'), result: 32 * mega },
  {
    name: 'IDX, packed',
    make: () => gzipSync(idx([32, mega], noise(32 * mega))),
    read: (d) => parseIdx(d, 'a'),
    result: 32 * mega,
  },
  {
    name: 'npy of doubles',
    make: () => npy('<f8', '(4194304,)', noise(32 * mega)),
    read: (d) => parseNpy(d, 'a'),
    result: 32 * mega,
  },
  {
    name: 'npy in the order of Fortran',
    make: () => npy('<f4', '(2048, 4096)', noise(32 * mega), { fortran: 'True' }),
    read: (d) => parseNpy(d, 'a'),
    result: 32 * mega,
  },
  {
    name: 'npz',
    make: () =>
      zip(
        ['x', 'y'].map((name) => ({
          name: `${name}.npy`,
          data: npy('|u1', '(16777216,)', new Uint8Array(16 * mega)),
          deflated: true,
        })),
      ),
    read: (d) => parseNpz(d, 'a'),
    result: 32 * mega,
  },
  { name: 'CSV', make: csv, read: (d) => parseCsv(d, 'a'), result: 3 * 8 * 300_000 },
  { name: 'CSV, packed', make: () => gzipSync(csv()), read: (d) => parseCsv(d, 'a'), result: 3 * 8 * 300_000 },
  {
    name: 'CSV of words',
    make: () =>
      bytes(
        text('a\n'),
        rows(65_536, (i) => `word ${i}`),
      ),
    read: (d) => parseCsv(d, 'a', { classes: ['a'] }),
    result: 65_536 * (8 + 32),
  },
  { name: "CelebA's list", make: list, read: (d) => parseCelebAAttributes(d, 'a'), result: 50_000 * (40 + 32) },
  {
    name: 'CIFAR',
    make: () => bytes(...Array.from({ length: 4000 }, () => cifar(1))),
    read: (d) => parseCifar10({ a: d }),
    result: 4000 * 3073,
  },
  {
    name: 'safetensors of F32',
    make: () => tensorOf('F32', 8 * mega, 4),
    read: (d) => parseSafetensors(d, 'a'),
    result: 32 * mega,
  },
  {
    name: 'safetensors of U8',
    make: () => tensorOf('U8', 8 * mega, 1),
    read: (d) => parseSafetensors(d, 'a'),
    result: 32 * mega,
  },
  {
    name: 'JPEG of 12 million pixels',
    make: () => photograph(4000, 3000, (x, y) => [x & 255, y & 255, 99], 80),
    read: (d) => decodeJpeg(d, 'a'),
    result: 36_000_000,
  },
  {
    name: 'JPEG of one colour and 16 million pixels',
    make: () => flat(4000, 4000, [90, 100, 110]),
    read: (d) => decodeJpeg(d, 'a'),
    result: 48_000_000,
  },
  refusedHalf('IDX', (d) => parseIdx(d, 'a')),
  refusedHalf('npy', (d) => parseNpy(d, 'a')),
  refusedHalf('CSV', (d) => parseCsv(d, 'a')),
  refusedHalf("CelebA's list", (d) => parseCelebAAttributes(d, 'a')),
  refusedHalf('CIFAR', (d) => parseCifar10({ a: d })),
  {
    name: 'an IDX header of 512 MB, packed, and other bytes',
    make: () => gzipSync(idx([512, mega], noise(10))),
    read: (d) => parseIdx(d, 'a'),
    result: 0,
  },
  {
    name: 'a packed CSV of commas',
    make: () => gzipSync(text(','.repeat(4 * mega))),
    read: (d) => parseCsv(d, 'a'),
    result: 0,
  },
  {
    name: 'a safetensors header of 32 000 names',
    make: () =>
      safetensors(
        `{${Array.from({ length: 32_000 }, (_, i) => `"a${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,${i === 31_999 ? 1 : 0}]}`).join()}}`,
      ),
    read: (d) => parseSafetensors(d, 'a'),
    result: 0,
  },
];
