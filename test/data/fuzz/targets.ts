import { gzipSync } from 'fflate';
import {
  decodeJpeg,
  parseCelebAAttributes,
  parseCelebAPartition,
  parseCifar10,
  parseCifar100,
  parseCsv,
  parseIdx,
  parseMnist,
  parseNpy,
  parseNpz,
  parseSafetensors,
} from '../../../src/data/browser.ts';
import { cifar, idx, npy, safetensors } from '../make/files.ts';
import { bytes, text } from '../make/parts.ts';
import { zip } from '../make/zip.ts';
import { makeJpeg, jpegWords } from './makeJpeg.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

/**
 * A reader, and files like those it reads: written by the format's grammar with odd parts, then
 * damaged.
 */
export interface Target {
  readonly name: string;
  readonly read: (data: Uint8Array) => Promise<unknown>;
  readonly make: (random: Random) => Uint8Array;
  /** What means something in the format. */
  readonly words: readonly string[];
}

const some = <T>(random: Random, most: number, one: () => T): T[] =>
  Array.from({ length: random.below(most + 1) }, one);

/** As it is, or as one to three members of gzip, the lengths and checksums of which are right. */
function packed(random: Random, data: Uint8Array): Uint8Array {
  if (random.chance(0.6)) return data;
  const cuts = some(random, 2, () => random.below(data.length + 1)).sort((a, b) => a - b);
  const level = random.pick([0, 1, 6, 9] as const);
  const named = random.chance(0.2) ? { filename: 'a name' } : {};
  return bytes(
    ...[...cuts, data.length].map((end, i) =>
      gzipSync(data.subarray(cuts[i - 1] ?? 0, end), { level, mtime: 0, ...named }),
    ),
  );
}

const names = ['x', 'a.b', 'a.0', 'a.1', '', '__proto__', 'constructor', 'toString', '.', '..', 'é', '0', 'a'];

const makeIdx = (random: Random): Uint8Array => {
  const shape = some(random, 4, () => random.size(4));
  const type = random.pick([8, 8, 9, 11, 12, 13, 14, 10, 255]);
  const count = shape.reduce((product, d) => product * d, 1);
  return packed(random, idx(shape, random.bytes(count < 300 && random.chance(0.8) ? count : random.below(64)), type));
};

const makeNpy = (random: Random): Uint8Array => {
  const order = random.pick(['<', '>', '|', '=', '']);
  const type = random.pick([
    'u1',
    'i1',
    'b1',
    'u2',
    'i2',
    'u4',
    'i4',
    'u8',
    'i8',
    'f2',
    'f4',
    'f8',
    'c8',
    'O',
    'toString',
    'U3',
  ]);
  const shape = some(random, random.chance(0.9) ? 3 : 10, () => random.size(4));
  const count = shape.reduce((product, d) => product * d, 1) * (Number(type[1]) || 4);
  const data = random.bytes(count < 300 && random.chance(0.85) ? count : random.below(64));
  const written =
    shape.map((d) => (random.chance(0.1) ? `${d}L` : `${d}`)).join(', ') + (shape.length === 1 ? ',' : '');
  return npy(random.chance(0.05) ? "[('a', '<f4')]" : order + type, `(${written})`, data, {
    fortran: random.pick(['True', 'False', 'False']),
    version: random.pick([1, 1, 1, 2, 3]),
  });
};

const makeNpz = (random: Random): Uint8Array => {
  const files = some(random, 3, () => ({
    name: random.pick(names) + (random.chance(0.95) ? '.npy' : ''),
    data: makeNpy(random),
    deflated: random.chance(0.5),
    says: random.chance(0.2) ? { [random.pick(['length', 'checksum', 'local', 'flags'])]: random.size(1000) } : {},
  }));
  return zip(files, { zip64: random.chance(0.2), comment: random.chance(0.1) ? 'PK\x05\x06' : '' });
};

const cell = (random: Random): string =>
  random.chance(0.7)
    ? String(random.below(100) / 4)
    : random.pick([
        '',
        ' 1 ',
        '-1e3',
        'NaN',
        'nan',
        '"1"',
        '"a,b"',
        '"a""b"',
        '"a\nb"',
        '"',
        'x',
        '1,5',
        '0x1f',
        'é',
        '\0',
        '-',
      ]);

const makeCsv = (random: Random, delimiter: string, first: readonly string[]): Uint8Array => {
  const columns = 1 + random.below(4);
  const line = (of: () => string): string => Array.from({ length: columns }, of).join(delimiter);
  const header = random.chance(0.9) ? [line(() => random.pick(first))] : [];
  const rows = some(random, 5, () => line(() => cell(random)));
  const end = random.pick(['\n', '\r\n', '\r']);
  return packed(random, text((random.chance(0.1) ? '\ufeff' : '') + [...header, ...rows, ''].join(end)));
};

const makeAttributes = (random: Random): Uint8Array => {
  const attributes = 1 + random.below(4);
  const commas = random.chance(0.4);
  const [between, rows] = [commas ? ',' : ' ', random.below(5)];
  const line = (first: string, of: () => string): string =>
    [...(first === '' && !commas ? [] : [first]), ...Array.from({ length: attributes }, of)].join(between);
  let letter = 0;
  const head = [
    ...(commas ? [] : [String(random.chance(0.9) ? rows : random.size())]),
    line(commas ? 'image_id' : '', () => (random.chance(0.9) ? `A${letter++}` : random.pick(names))),
  ];
  const body = Array.from({ length: rows }, (_, i) =>
    line(`${random.chance(0.9) ? i : 0}.jpg`, () =>
      random.pick(['1', '-1', '-1', '0', random.chance(0.1) ? '2' : '1']),
    ),
  );
  return packed(random, text([...head, ...body, ''].join(random.pick(['\n', '\r\n']))));
};

const makePartition = (random: Random): Uint8Array =>
  packed(
    random,
    text(
      [
        ...(random.chance(0.3) ? ['image_id,partition'] : []),
        ...some(random, 5, () => `${random.below(50)}.jpg${random.pick([' ', ',', '\t'])}${random.size(3)}`),
      ].join('\n'),
    ),
  );

const makeSafetensors = (random: Random): Uint8Array => {
  let at = 0;
  const entries = some(random, 4, () => {
    const dtype = random.pick([
      'F64',
      'F32',
      'F16',
      'BF16',
      'I64',
      'I32',
      'U8',
      'U64',
      'BOOL',
      'toString',
      '__proto__',
    ]);
    const shape = some(random, 3, () => random.size(3));
    const width = Number(/\d+/.exec(dtype)?.[0] ?? 8) / 8;
    const length = shape.reduce((product, d) => product * d, 1) * width;
    const begin = random.chance(0.95) ? at : random.size();
    at = Math.min(begin + length, 2 ** 53);
    const name = random.chance(0.05)
      ? 'a' + '.'.repeat(random.size(2000) % 3000)
      : random.pick(names) + random.below(3);
    return `${JSON.stringify(random.chance(0.8) ? name : random.pick(names))}:{"dtype":"${dtype}","shape":[${shape.join()}],"data_offsets":[${begin},${at}]}`;
  });
  const deep = random.size(5) % 5000;
  const trees = [
    '{"$object":{}}',
    `${'['.repeat(deep)}${']'.repeat(deep)}`,
    '{"$object":{"x":{"$tensor":"x0"},"__proto__":{"$number":"-0"}}}',
    '{"$key":[1,2]}',
    '{"$object":{"a":[1,null,"s",true],"a":1}}',
  ];
  if (random.chance(0.3)) entries.push(`"__metadata__":{"cotangent.tree":${JSON.stringify(random.pick(trees))}}`);
  if (random.chance(0.1)) entries.push('"__metadata__":{"format":"pt","__proto__":"x"}');
  return safetensors(`{${entries.join()}}`, random.bytes(at < 300 ? at : random.below(32)));
};

const images = idx([2, 1, 2], [1, 2, 3, 4]);
const headers = ['x', 'y', 'kind', 'constructor', '__proto__', '"a b"', '1', '', 'é', 'a', 'b', 'c'];

export const targets: readonly Target[] = [
  { name: 'idx', read: (data) => parseIdx(data, 'small'), make: makeIdx, words: ['\x1f\x8b\x08'] },
  {
    name: 'mnist',
    read: (data) => parseMnist(images, 'small', data, 'small'),
    make: (random) => packed(random, idx([2], [random.below(11), random.size(10) & 255])),
    words: [],
  },
  {
    name: 'npy',
    read: (data) => parseNpy(data, 'small'),
    make: (random) => packed(random, makeNpy(random)),
    words: ["'descr': ", "'<f8'", 'True', '()', '(1,', ', ', "'shape': ", '{', '}', '=', 'L'],
  },
  {
    name: 'npz',
    read: (data) => parseNpz(data, 'small'),
    make: makeNpz,
    words: ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', '.npy'],
  },
  {
    name: 'csv',
    read: (data) => parseCsv(data, 'small'),
    make: (random) => makeCsv(random, ',', headers),
    words: ['"', '\n', '\r', ',', '""'],
  },
  {
    name: 'csv of words',
    read: (data) =>
      parseCsv(data, 'small', { header: true, classes: ['kind'], parts: { p: ['kind', 'x'], __proto__: 'x' } }),
    make: (random) => makeCsv(random, ',', ['x', 'kind', 'y']),
    words: ['"', '\n', 'kind', 'x'],
  },
  {
    name: 'csv without names',
    read: (data) => parseCsv(data, 'small', { header: false, delimiter: ';' }),
    make: (random) => makeCsv(random, ';', ['1', '2.5']),
    words: ['"', '\n', ';'],
  },
  {
    name: 'attributes',
    read: (data) => parseCelebAAttributes(data, 'small'),
    make: makeAttributes,
    words: ['\n', ' ', ',', '-1'],
  },
  {
    name: 'partition',
    read: (data) => parseCelebAPartition(data, 'small'),
    make: makePartition,
    words: ['\n', ' ', ',', 'partition'],
  },
  {
    name: 'cifar',
    read: (data) => parseCifar10({ small: data }),
    make: (random) => packed(random, cifar(random.below(11))),
    words: [],
  },
  {
    name: 'cifar of a hundred',
    read: (data) => parseCifar100({ small: data }),
    make: (random) => packed(random, cifar(random.below(21), random.below(101))),
    words: [],
  },
  {
    name: 'safetensors',
    read: (data) => parseSafetensors(data, 'small'),
    make: makeSafetensors,
    words: ['{', '}', '[', ']', ',', '"', '\\', ':', '"__proto__"', '\\u0000', '1e999', 'null', '"shape"'],
  },
  { name: 'jpeg', read: (data) => decodeJpeg(data, 'small'), make: makeJpeg, words: jpegWords },
];

/** The input with a number: half of them are damaged after they are written. */
export function inputOf(target: Target, random: Random): Uint8Array {
  const made = target.make(random);
  return random.chance(0.5) ? made : mutate(random, made, target.words);
}
