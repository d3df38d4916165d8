import { gzipSync } from 'fflate';
import {
  decodeJpeg,
  parseCelebAAttributes,
  parseCelebAPartition,
  parseCifar10,
  parseCsv,
  parseIdx,
  parseMnist,
  parseNpy,
  parseNpz,
  parseSafetensors,
} from '../../../src/data/browser.ts';
import { cifar, idx, npy, safetensors } from '../make/files.ts';
import { flat, photograph, segment } from '../make/jpeg.ts';
import { big, big16, bytes, small32, small64, text } from '../make/parts.ts';
import { zip } from '../make/zip.ts';

/**
 * A file that was made to do harm, or that is so damaged that it could, and what reading it must
 * say.
 */
export interface Hostile {
  readonly name: string;
  readonly make: () => Uint8Array;
  readonly read: (data: Uint8Array) => Promise<unknown>;
  readonly says: RegExp;
}

const npyOf = (data: Uint8Array): Promise<unknown> => parseNpy(data, 'a');
const npzOf = (data: Uint8Array): Promise<unknown> => parseNpz(data, 'a');
const csvOf = (data: Uint8Array): Promise<unknown> => parseCsv(data, 'a');
const jpegOf = (data: Uint8Array): Promise<unknown> => decodeJpeg(data, 'a');
const tensorsOf = (data: Uint8Array): Promise<unknown> => parseSafetensors(data, 'a');
const listOf = (data: Uint8Array): Promise<unknown> => parseCelebAAttributes(data, 'a');

const photo = (): Uint8Array => photograph(16, 16, (x, y) => [10 * x, 10 * y, 99]);
const entry = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

/** The header of a picture of a size and no more than that. */
const header = (width: number, height: number, kind = 0xc0): Uint8Array =>
  bytes([0xff, 0xd8], segment(kind, 8, big16(height), big16(width), 1, 1, 0x11, 0), [0xff, 0xd9]);

/** A zip of two files of which the second one's record lies within the first one's data. */
function nested(): Uint8Array {
  const inner = npy('|u1', '(8,)', new Uint8Array(8));
  const outer = zip([{ name: 'b.npy', data: inner }]).slice(0, 30 + 5 + inner.length);
  const data = npy('|u1', `(${outer.length},)`, outer);
  const first = 30 + 5 + 128;
  return zip([
    { name: 'a.npy', data },
    { name: 'b.npy', data: inner, says: { local: first } },
  ]);
}

export const hostile: readonly Hostile[] = [
  // JPEG
  {
    name: 'a JPEG of 23 bytes that claims 65 000 × 700 pixels',
    make: () => header(65000, 700),
    read: jpegOf,
    says: /^jpeg: a at byte 7: expected at least 89375 bytes for 65000 × 700 pixels, got 2$/,
  },
  {
    name: 'a JPEG of 65 535 × 65 535',
    make: () => header(65535, 65535),
    read: jpegOf,
    says: /expected a picture of at most 50000000 pixels, got 65535 × 65535$/,
  },
  {
    name: 'a JPEG of 0 × 0',
    make: () => header(0, 0),
    read: jpegOf,
    says: /^jpeg: a at byte 7: expected a picture of at least 1 × 1, got 0 × 0$/,
  },
  { name: 'a JPEG of 16 × 0', make: () => header(16, 0), read: jpegOf, says: /at least 1 × 1, got 16 × 0$/ },
  {
    name: 'a PNG called .jpg',
    make: () => bytes(0x89, 'PNG\r\n\x1a\n'),
    read: jpegOf,
    says: /^jpeg: a at byte 0: expected start of a picture 0xffd8, got 0x8950, as PNG files begin; save it as JPEG$/,
  },
  {
    name: 'a JPEG without scans',
    make: () => header(8, 8),
    read: jpegOf,
    says: /expected a picture's header and scans before its end, got none$/,
  },
  {
    name: 'a JPEG of 12 bits',
    make: () => bytes([0xff, 0xd8], segment(0xc1, 12, 0, 8, 0, 8, 1, 1, 0x11, 0), [0xff, 0xd9]),
    read: jpegOf,
    says: /expected 8 bits for each colour, got 12$/,
  },
  {
    name: 'a JPEG of arithmetic coding',
    make: () => header(8, 8, 0xc9),
    read: jpegOf,
    says: /^jpeg: a at byte 3: expected baseline or progressive coding by Huffman, 0xc0 to 0xc2, got 0xc9$/,
  },
  {
    name: 'a JPEG with two headers',
    make: () => bytes(header(8, 8).slice(0, -2), header(8, 8).slice(2)),
    read: jpegOf,
    says: /expected one picture, got another header$/,
  },
  {
    name: 'a JPEG of five blocks across in a unit',
    make: () => bytes([0xff, 0xd8], segment(0xc0, 8, 0, 8, 0, 8, 3, 1, 0x51, 0, 2, 0x11, 0, 3, 0x11, 0), [0xff, 0xd9]),
    read: jpegOf,
    says: /expected 1 to 4 blocks in a unit, got 5 × 1$/,
  },
  {
    name: 'a JPEG with a thousand scans',
    make: () =>
      bytes(
        flat(8, 8, [90]).slice(0, -2),
        ...Array.from({ length: 1000 }, () => [...segment(0xda, 1, 1, 0, 0, 63, 0), 0]),
        [0xff, 0xd9],
      ),
    read: jpegOf,
    says: /expected at most 100 scans, got more$/,
  },
  {
    name: 'a JPEG whose scan ends too soon',
    make: () => bytes(flat(64, 64, [90]).slice(0, -12), [0xff, 0xd9]),
    read: jpegOf,
    says: /expected more of a scan, got its end$/,
  },
  {
    name: 'a JPEG whose Huffman table has too many words',
    make: () => bytes([0xff, 0xd8], segment(0xc4, 0, 3, Array<number>(15).fill(0), 1, 2, 3), [0xff, 0xd9]),
    read: jpegOf,
    says: /expected at most 2 words of 1 bits in a Huffman table, got 3$/,
  },
  {
    name: 'a JPEG that is cut',
    make: () => photo().slice(0, 300),
    read: jpegOf,
    says: /^jpeg: a at byte 298: expected end of a picture 0xffd9, got 0x[0-9a-f]{4}$/,
  },
  // zip and NumPy
  {
    name: 'an npz with one file within another',
    make: nested,
    read: npzOf,
    says: /^npz: a at byte 163: expected b\.npy to share no bytes with another file, got bytes up to \d+$/,
  },
  {
    name: 'an npz whose directory lies within a file',
    make: () => zip([{ name: 'a.npy', data: npy('|u1', '(1,)', [1]), says: { length: 2 ** 31 } }]),
    read: npzOf,
    says: /expected the stored length 129, got 2147483648$/,
  },
  {
    name: 'an npz that says an array has 4 GB',
    make: () => zip([{ name: 'a.npy', data: npy('|u1', '(1,)', [1]), deflated: true, says: { length: 2 ** 32 - 2 } }]),
    read: npzOf,
    says: /expected a length that \d+ packed bytes can stand for, got 4294967294$/,
  },
  {
    name: 'an npz with a name twice',
    make: () =>
      zip([
        { name: 'a.npy', data: npy('|u1', '(1,)', [1]) },
        { name: 'a.npy', data: npy('|u1', '(1,)', [1]) },
      ]),
    read: npzOf,
    says: /expected names that differ, got 'a\.npy' twice$/,
  },
  {
    name: 'an npz with a wrong checksum',
    make: () => zip([{ name: 'a.npy', data: npy('|u1', '(1,)', [1]), says: { checksum: 1 } }]),
    read: npzOf,
    says: /expected the checksum of the data, 0x[0-9a-f]{8}, got 0x00000001$/,
  },
  {
    name: 'an npy of 2⁶⁰ numbers',
    make: () => npy('<f8', '(1073741824, 1073741824)', [1]),
    read: npyOf,
    says: /^npy: a at byte 128: expected 9223372036854776000 bytes of data for shape \[1073741824, 1073741824\], got 1$/,
  },
  {
    name: 'a packed npy of 10 TB',
    make: () => gzipSync(npy('<f8', '(1250000000000,)', [1])),
    read: npyOf,
    says: /^npy: a \(unpacked\) at byte 128: expected 10000000000000 bytes of data for shape \[1250000000000\], got at most \d+$/,
  },
  {
    name: 'an npy of the type constructor',
    make: () => npy('<constructor', '(1,)', [1]),
    read: npyOf,
    says: /expected numbers of a type u1, .*, got '<constructor'$/,
  },
  {
    name: 'an npy with a header of 4 GB',
    make: () => bytes(0x93, 'NUMPY', 2, 0, small32(2 ** 32 - 1)),
    read: npyOf,
    says: /^npy: a at byte 8: expected a header of at most 1048576 bytes, got 4294967295$/,
  },
  {
    name: 'an npy of rank 9',
    make: () => npy('|u1', '(1, 1, 1, 1, 1, 1, 1, 1, 1)', [1]),
    read: npyOf,
    says: /expected a shape of at most 8 sizes, got \(1, 1/,
  },
  // gzip
  {
    name: 'a gzip of 16 MB of zeros in place of IDX',
    make: () => gzipSync(new Uint8Array(2 ** 24)),
    read: (data) => parseIdx(data, 'a'),
    says: /^idx: a \(unpacked\) at byte 0: expected magic 0x0000ttrr .*, got 0x00000000$/,
  },
  {
    name: 'a gzip of 16 MB of zeros in place of CSV',
    make: () => gzipSync(new Uint8Array(2 ** 24)),
    read: csvOf,
    says: /^csv: a \(unpacked\) at byte 0: expected a row of at most 2097152 bytes, got more$/,
  },
  {
    name: 'a gzip that says to hold 4 GB',
    make: () => {
      const packed = gzipSync(idx([1], [1]));
      packed.set([255, 255, 255, 255], packed.length - 4);
      return packed;
    },
    read: (data) => parseIdx(data, 'a'),
    says: /expected a length that \d+ packed bytes can stand for, got 4294967295$/,
  },
  {
    name: 'a gzip with other bytes behind it',
    make: () => bytes(gzipSync(idx([1], [1])), Array<number>(16).fill(7), [0, 0, 0, 0]),
    read: (data) => parseIdx(data, 'a'),
    says: /^idx: a at byte \d+: expected another gzip member or the end, got 0x707$/,
  },
  {
    name: 'a gzip whose second member is damaged',
    make: () => {
      const packed = bytes(gzipSync(idx([2], [1])), gzipSync(Uint8Array.of(2)));
      packed[packed.length - 8]! ^= 1;
      return packed;
    },
    read: (data) => parseIdx(data, 'a'),
    says: /expected the checksum of the data, 0x/,
  },
  {
    name: 'deflated data that reach back before their beginning',
    make: () => bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0], 0x03, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    read: (data) => parseIdx(data, 'a'),
    says: /expected deflated data with a distance that reaches back to bytes there are, got other bits$/,
  },
  // tables
  {
    name: 'a CSV without names',
    make: () => text('5.1,3.5,setosa\n4.9,3,setosa\n'),
    read: csvOf,
    says: /^csv: a at byte 0: expected names in the first row, got the number 5\.1; the option header says whether the first row holds names$/,
  },
  {
    name: 'a CSV with 100 000 columns',
    make: () => text('x,'.repeat(100_000)),
    read: csvOf,
    says: /^csv: a at byte 0: expected at most 65536 columns, got more$/,
  },
  {
    name: 'a CSV of one endless cell',
    make: () => text('"' + 'x'.repeat(5_000_000)),
    read: csvOf,
    says: /expected a row of at most 2097152 bytes, got more$/,
  },
  {
    name: 'a column with too many words',
    make: () => text(`x\n${Array.from({ length: 65_537 }, (_, i) => i).join('\n')}\n`),
    read: (data) => parseCsv(data, 'a', { classes: ['x'] }),
    says: /expected at most 65536 different words in column x, got more$/,
  },
  {
    name: "CelebA's list with a file twice",
    make: () => text('2\nBald\n1.jpg 1\n1.jpg -1\n'),
    read: listOf,
    says: /^celeba: a at byte 15: expected file names that differ, got 1\.jpg twice$/,
  },
  {
    name: "CelebA's list with an attribute twice",
    make: () => text('1\nBald Bald\n1.jpg 1 1\n'),
    read: listOf,
    says: /^celeba: a at byte 2: expected attributes that differ, got Bald twice$/,
  },
  {
    name: "CelebA's list with a count that is too small",
    make: () => text('1\nBald\n1.jpg 1\n2.jpg 1\n'),
    read: listOf,
    says: /^celeba: a at byte 0: expected as many lines as the count 1 says, got 2$/,
  },
  {
    name: "CelebA's list with a count that is too large",
    make: () => text('3\nBald\n1.jpg 1\n2.jpg 1\n'),
    read: listOf,
    says: /expected as many lines as the count 3 says, got 2$/,
  },
  {
    name: "CelebA's parts with a file twice",
    make: () => text('1.jpg 0\n1.jpg 2\n'),
    read: (data) => parseCelebAPartition(data, 'a'),
    says: /^celeba: a at byte 8: expected file names that differ, got 1\.jpg twice$/,
  },
  {
    name: 'an MNIST label of 200',
    make: () => idx([2], [3, 200]),
    read: (data) => parseMnist(idx([2, 1, 1], [1, 2]), 'i', data, 'a'),
    says: /^idx: a at byte 9: expected a label from 0 to 9, got 200; the option classes says how many there are$/,
  },
  {
    name: 'a CIFAR label of 10',
    make: () => cifar(10),
    read: (data) => parseCifar10({ a: data }),
    says: /^cifar: a at byte 0: expected one of the labels 0 to 9, got 10$/,
  },
  // safetensors
  {
    name: 'a name of 100 000 dots',
    make: () => safetensors(`{"${'.'.repeat(100_000)}":${entry('U8', '[1]', '[0,1]')}}`, [1]),
    read: tensorsOf,
    says: /^safetensors: a at byte 8: expected names that make a tree, got '\.{60}…' of 100001 parts$/,
  },
  {
    name: 'a tree 200 000 deep',
    make: () =>
      safetensors(JSON.stringify({ __metadata__: { 'cotangent.tree': '['.repeat(200_000) + ']'.repeat(200_000) } })),
    read: tensorsOf,
    says: /^safetensors: a at byte 8: expected a tree at most 1000 deep, got a deeper one$/,
  },
  {
    name: 'the dtype toString',
    make: () => safetensors(`{"w":${entry('toString', '[1]', '[0,1]')}}`, [1]),
    read: tensorsOf,
    says: /expected a dtype of w among F64, .*, got 'toString'$/,
  },
  {
    name: 'a tensor without a name that the tree does not have',
    make: () => safetensors(`{"":${entry('U8', '[1]', '[0,1]')},"__metadata__":{"cotangent.tree":"[]"}}`, [1]),
    read: tensorsOf,
    says: /^safetensors: a at byte 8: expected tensors of the tree alone, got ''$/,
  },
  {
    name: 'a tensor twice',
    make: () => safetensors(`{"w":${entry('U8', '[1]', '[0,1]')},"w":${entry('U8', '[1]', '[1,2]')}}`, [1, 2]),
    read: tensorsOf,
    says: /^safetensors: a at byte 8: expected keys that differ, got 'w' twice$/,
  },
  {
    name: 'a tensor twice, once by an escape',
    make: () => safetensors(`{"w":${entry('U8', '[1]', '[0,1]')},"\\u0077":${entry('U8', '[1]', '[1,2]')}}`, [1, 2]),
    read: tensorsOf,
    says: /expected keys that differ, got 'w' twice$/,
  },
  {
    name: 'a key of a tensor twice',
    make: () => safetensors('{"w":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [1]),
    read: tensorsOf,
    says: /expected keys that differ, got 'dtype' twice$/,
  },
  {
    name: 'a million lists in a header',
    make: () => safetensors(`{"w":[${'[],'.repeat(1_000_000)}[]]}`),
    read: tensorsOf,
    says: /expected at most 131072 objects and lists, got more$/,
  },
  {
    name: 'a header of 1 TB',
    make: () => bytes(small64(1e12), '{}'),
    read: tensorsOf,
    says: /^safetensors: a at byte 8: expected 1000000000000 bytes of header, got 2$/,
  },
  {
    name: 'a header of 17 MB',
    make: () => safetensors(`{}${' '.repeat(17_000_000)}`),
    read: tensorsOf,
    says: /^safetensors: a at byte 0: expected a header of at most 16777216 bytes, got 17000002$/,
  },
  {
    name: 'a tensor of 2⁵³ numbers',
    make: () => safetensors(`{"w":${entry('U8', '[9007199254740991]', '[0,9007199254740991]')}}`, [1]),
    read: tensorsOf,
    says: /expected 9007199254740991 bytes of data, got 1$/,
  },
  {
    name: 'an IDX of 2³² × 2³²',
    make: () => bytes(0, 0, 8, 2, big(2 ** 32 - 1), big(2 ** 32 - 1), 1),
    read: (data) => parseIdx(data, 'a'),
    says: /^idx: a at byte 12: expected 18446744065119617000 bytes of data for shape \[4294967295, 4294967295\], got 1$/,
  },
];
