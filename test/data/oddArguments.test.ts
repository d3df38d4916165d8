import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as data from '../../src/data/index.ts';
import { key, setDevice, tensor } from '../../src/index.ts';
import { testOddArguments, type Loose, type Subject } from '../support/oddArguments.ts';
import { idx, npy } from './make/files.ts';
import { flat } from './make/jpeg.ts';
import { zip } from './make/zip.ts';

await setDevice('reference');

const folder = await mkdtemp(join(tmpdir(), 'cotangent-odd-'));
afterAll(async () => rm(folder, { recursive: true }));

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

const columns = {
  images: { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2], scale: 0.5 },
  labels: { data: Float32Array.of(0, 1), shape: [2] },
};
const whole = data.dataset(columns);
const csv = ascii('a,b,c\n1,2,x\n3,4,y\n');
const safetensors = await data.toSafetensors({ w: tensor([1, 2]) });
const path = join(folder, 'a.safetensors');
const attributes = ascii('1\nSmiling Young\n1.jpg 1 -1\n');

async function* source(): AsyncGenerator<number, void, undefined> {
  yield 1;
  yield 2;
}
// One each time, as a source is used up once.
const endless = { [Symbol.asyncIterator]: source };
const single = data.digits({ key: key(1), size: 4 });

/** Arguments that each function takes; readers of a folder find none of their files there. */
const valid: Record<string, readonly unknown[]> = {
  dataset: [columns],
  subset: [whole, { start: 0, stop: 1 }],
  stored: [whole],
  batches: [whole, { size: 1, key: key(1), drop: true, epochs: 1, start: 0, ahead: 1 }],
  batchCount: [10, 3, true],
  tensorsOf: [columns],
  prefetch: [endless, { ahead: 1 }],
  shuffled: [key(1), 4],
  together: [{ a: endless, b: endless }],
  faces: [{ key: key(1), size: 2, pixels: 16 }],
  twoDigits: [{ key: key(1), size: 2, digits: single }],
  digits: [{ key: key(1), size: 2, pixels: 16 }],
  transferPair: [{ key: key(1), sourceSize: 1, targetSize: 1, testSize: 1, pixels: 16 }],
  parseIdx: [idx([2], [1, 2]), 'a', { magic: 0x801 }],
  parseMnist: [idx([1, 2, 2], [1, 2, 3, 4]), 'a', idx([1], [1]), 'b', { classes: 10 }],
  parseCifar10: [{ a: new Uint8Array(3073) }],
  parseCifar100: [{ a: new Uint8Array(3074) }],
  parseCelebAAttributes: [attributes, 'a'],
  parseCelebAPartition: [ascii('1.jpg 0\n'), 'a'],
  decodeJpeg: [flat(8, 8, [128]), 'a'],
  parseCsv: [csv, 'a', { delimiter: ',', header: true, parts: { q: ['a', 'b'], c: 'c' }, classes: ['c'] }],
  parseNpy: [npy('|u1', '(2,)', [1, 2]), 'a'],
  parseNpz: [zip([{ name: 'a.npy', data: npy('|u1', '(2,)', [1, 2]) }]), 'a', { arrays: ['a'] }],
  parseSafetensors: [safetensors, 'a'],
  toSafetensors: [{ w: tensor([1, 2]) }, { note: 'a' }],
  load: [path],
  save: [path, { w: tensor([1, 2]) }, { note: 'a' }],
  readCelebA: [folder, { pixels: 16, split: 'train' }],
  readCifar10: [folder, { split: 'train' }],
  readCifar100: [folder, { split: 'train' }],
  readCsv: [path, { delimiter: ',', header: true, parts: { q: ['a'] }, classes: ['c'] }],
  readIdx: [path],
  readNpy: [path],
  readNpz: [path, { arrays: ['a'] }],
  readMnist: [folder, { split: 'train', classes: 10 }],
};

const functions = Object.entries(data).filter(([, f]) => typeof f === 'function') as [string, Loose][];

/** Data sets and sources of a user's own, made of an odd value. */
const ofUsers: Record<string, Loose> = {
  'batches of rows that a user gives': (a) => data.batches({ size: 2, rows: () => a as never }, { size: 1 }),
  'stored of rows that a user gives': (a) => data.stored({ size: 2, rows: () => a as never }),
  'twoDigits of rows that a user gives': (a) =>
    data.twoDigits({ key: key(1), digits: { size: 2, rows: () => a as never } }),
  'a column’s numbers': (a) => data.tensorsOf({ x: { data: a as never, shape: [1] } }),
  'a column’s empty numbers': (a) => data.dataset({ x: { data: a as never, shape: [0] } }),
};

const forms: ((a: unknown) => unknown[])[] = [
  (a) => [a],
  (a) => [[a]],
  (a) => [whole, a],
  (a) => [csv, a],
  (a) => [csv, 'a', a],
  (a) => [{ a }],
  (a) => [path, a],
];

describe('given odd arguments, a function of cotangent/data returns, or throws an error that names a function', () => {
  const subjects = functions.map(([name, f]): Subject => ({ name, f, valid: valid[name]! }));
  testOddArguments([...subjects, ...Object.entries(ofUsers).map(([name, f]) => ({ name, f }))], forms);

  test('the arguments that odd ones are put among are good', async () => {
    for (const [name, f] of functions) if (!name.startsWith('read')) await f(...valid[name]!);
  });

  test('every function is tried', () => {
    expect(Object.keys(valid).sort()).toEqual(functions.map(([name]) => name).sort());
  });
});

test('what is wrong with an argument is told by its name', async () => {
  const table = ascii('a,b\n1,2\n');
  const wrong: [Promise<unknown> | (() => unknown), string][] = [
    [data.parseCsv(table, 'a', { classes: 'c' as never }), "parseCsv: classes must be a list, got 'c'"],
    [
      data.parseCsv(table, 'a', { parts: { q: null as never } }),
      'parseCsv: the column of q, or each in a list of them, must be a string, got null',
    ],
    [
      data.parseCsv(table, 'a', { parts: { q: [1 as never] } }),
      'parseCsv: each of the columns of q must be a string, got 1',
    ],
    [data.parseCsv(table, 'a', { header: 1 as never }), 'parseCsv: header must be true or false, got 1'],
    [data.parseNpy(table, undefined as never), 'npy: the name of a file must be a string, got undefined'],
    [data.parseCifar10(undefined as never), 'parseCifar10: files must be an object of bytes by name, got undefined'],
    [data.parseCifar10({}), 'parseCifar10: at least one file is needed, got none'],
    [data.readMnist(undefined as never), 'readMnist: the folder must be a string, got undefined'],
    [data.load(Symbol('s') as never), 'load: the path must be a string, got Symbol(s)'],
    [
      () => data.dataset(undefined as never),
      'dataset: columns must be an object of data and shapes by name, got undefined',
    ],
    [() => data.dataset({ x: null as never }), 'dataset: the column x must be an object with data and shape, got null'],
    [
      () => data.dataset({ x: { data: 'a' as never, shape: [1] } }),
      "dataset: the data of x must be a typed array of numbers, got 'a'",
    ],
    [
      () => data.dataset({ x: { data: Uint8Array.of(1), shape: [1], scale: NaN } }),
      'dataset: the scale of x must be a finite number, got NaN',
    ],
    [
      () => data.subset(undefined as never, []),
      'subset: a data set is needed, an object with size and rows, as dataset makes it, got undefined',
    ],
    [
      data.stored({ size: 2, rows: () => columns }).then(() => data.stored({ size: 1, rows: () => columns })),
      'stored: a data set must give as many rows as it is asked for, 1, got 2',
    ],
    [() => data.together({}), 'together: at least one source is needed, got none'],
    [() => data.prefetch([1] as never), 'prefetch: a source must be an asynchronous iterable, got [1]'],
  ];
  for (const [call, message] of wrong)
    await expect(typeof call === 'function' ? (async () => call())() : call).rejects.toThrow(message);
});

test('a user’s own error comes through as it is', async () => {
  const mine = new TypeError('mine');
  const failing = {
    size: 1,
    rows: () => {
      throw mine;
    },
  };
  await expect(data.stored(failing)).rejects.toBe(mine);
  await expect(data.batches(failing, { size: 1 }).next()).rejects.toBe(mine);
  await expect((async () => data.subset(failing, [0]).rows([0]))()).rejects.toBe(mine);
});

test('a column whose buffer was given away later is told, not read', () => {
  const given = Float32Array.of(1, 2);
  const held = data.dataset({ x: { data: given, shape: [2] } });
  structuredClone(given.buffer, { transfer: [given.buffer] });
  expect(() => held.rows([0])).toThrow('dataset: the data of x are lost, their buffer was transferred or made smaller');
});
