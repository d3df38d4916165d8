import { gzipSync, zipSync, zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  parseCifar10,
  parseCifar100,
  parseIdx,
  parseMnist,
  parseNpy,
  parseNpz,
  type Column,
} from '../../src/data/browser.ts';
import { halfToNumber } from '../../src/data/read/numbers.ts';
import { crc32 } from '../../src/data/read/crc32.ts';
import { survives } from './fuzz.ts';
import { processorTime } from './fuzz/judge.ts';

const bytes = (...parts: (number | string | ArrayLike<number>)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number'
        ? [part]
        : typeof part === 'string'
          ? Array.from(part, (c) => c.charCodeAt(0))
          : Array.from(part),
    ),
  );
const big = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

/** A file of bytes: the MNIST format's header and data. */
const idx = (shape: readonly number[], data: ArrayLike<number>): Uint8Array =>
  bytes(0, 0, 8, shape.length, ...shape.map(big), data);

const small = idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]);

describe('idx', () => {
  test('reads bytes and each other type, big-endian', async () => {
    expect(await parseIdx(small, 'a')).toEqual({
      data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255),
      shape: [2, 2, 3],
    });
    const two = (type: number, ...data: number[]) => parseIdx(bytes(0, 0, type, 1, big(2), data), 'a');
    expect((await two(9, 1, 255)).data).toEqual(Int8Array.of(1, -1));
    expect((await two(11, 1, 0, 255, 254)).data).toEqual(Int16Array.of(256, -2));
    expect((await two(12, 0, 1, 0, 0, 255, 255, 255, 255)).data).toEqual(Int32Array.of(65536, -1));
    expect((await two(13, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0)).data).toEqual(Float32Array.of(1, -2));
    expect((await two(14, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0)).data).toEqual(
      Float64Array.of(1, -2),
    );
  });

  test('reads the same from gzip, with and without a name in its header', async () => {
    for (const packed of [gzipSync(small), gzipSync(small, { filename: 'train', mtime: 0 })])
      expect(await parseIdx(packed, 'a.gz')).toEqual(await parseIdx(small, 'a'));
  });

  test('says where a file is other than expected', async () => {
    const png = bytes(0x89, 'PNG', 13, 10, 26, 10, '........');
    await expect(parseIdx(png, 'train-images.gz', { magic: 0x803 })).rejects.toThrow(
      'idx: train-images.gz at byte 0: expected magic 0x00000803, got 0x89504e47',
    );
    await expect(parseIdx(png, 'x')).rejects.toThrow('idx: x at byte 0: expected magic 0x0000ttrr');
    await expect(parseIdx(small.subarray(0, 20), 'cut')).rejects.toThrow(
      'idx: cut at byte 16: expected 12 bytes of data for shape [2, 2, 3], got 4',
    );
    await expect(parseIdx(small.subarray(0, 6), 'cut')).rejects.toThrow(
      'idx: cut at byte 4: expected 4 bytes of a dimension, got 2',
    );
    await expect(parseIdx(bytes(small, 0), 'long')).rejects.toThrow(
      'idx: long at byte 16: expected 12 bytes of data for shape [2, 2, 3], got 13',
    );
    const huge = bytes(0, 0, 8, 3, big(0xffffffff), big(0xffffffff), big(0xffffffff), 1);
    await expect(parseIdx(huge, 'huge')).rejects.toThrow('idx: huge at byte 16: expected 7.9');
  });

  test('survives damage', async () => {
    await survives(small, (data) => parseIdx(data, 'small', { magic: 0x803 }), {
      damage: ({ data, shape }) => data.length === 12 && shape.length === 3,
    });
    await survives(small, (data) => parseIdx(data, 'small'));
  });

  test('gzip survives damage: its checksum tells what the data cannot', async () => {
    const expected = JSON.stringify([...(await parseIdx(small, 'a')).data]);
    const same = ({ data }: Column): boolean => JSON.stringify([...data]) === expected;
    for (const packed of [gzipSync(small), gzipSync(small, { level: 0 }), gzipSync(small, { filename: 'some name' })])
      await survives(packed, (data) => parseIdx(data, 'small', { magic: 0x803 }), { damage: same });
  });

  test('a gzip file that claims to hold 4 GB is refused before any memory is taken', async () => {
    const packed = gzipSync(small);
    packed.set([255, 255, 255, 255], packed.length - 4);
    await expect(parseIdx(packed, 'bomb.gz')).rejects.toThrow(
      `idx: bomb.gz at byte ${packed.length - 4}: expected a length that ${packed.length - 18} packed bytes can stand for, got 4294967295`,
    );
  });

  test('zlib data are not gzip', async () => {
    await expect(parseIdx(zlibSync(small), 'z')).rejects.toThrow('idx: z at byte 0: expected magic');
  });
});

describe('MNIST', () => {
  test('has pictures of light and their labels', async () => {
    const data = await parseMnist(small, 'images', idx([2], [7, 3]), 'labels');
    const { images, labels } = await data.rows([1, 0]);
    expect(images).toEqual({
      data: Uint8Array.of(7, 8, 9, 10, 11, 255, 1, 2, 3, 4, 5, 6),
      shape: [2, 1, 2, 3],
      scale: 1 / 255,
    });
    expect(labels).toEqual({ data: Uint8Array.of(3, 7), shape: [2] });
  });

  test('has as many labels as pictures, and labels are not taken for pictures', async () => {
    await expect(parseMnist(small, 'images', idx([3], [7, 3, 1]), 'labels')).rejects.toThrow(
      'idx: labels at byte 4: expected 2 labels for the pictures of images, got 3',
    );
    await expect(parseMnist(idx([2], [7, 3]), 'labels', small, 'images')).rejects.toThrow(
      'idx: labels at byte 0: expected magic 0x00000803, got 0x00000801',
    );
  });
});

describe('CIFAR', () => {
  const picture = Array.from({ length: 3072 }, (_, i) => (i * 31) % 256);
  const record = (...labels: number[]) =>
    bytes(
      labels,
      picture.map((x) => (x + labels[0]!) % 256),
    );

  test('of ten classes: files one after the other, planes as they are', async () => {
    const data = await parseCifar10({ a: bytes(record(3), record(9)), b: gzipSync(record(0)) });
    const { images, labels } = await data.rows([0, 1, 2]);
    expect([...labels.data]).toEqual([3, 9, 0]);
    expect(images.shape).toEqual([3, 3, 32, 32]);
    expect([...images.data.subarray(2 * 3072)]).toEqual(picture);
    expect(images.scale).toBe(1 / 255);
  });

  test('of a hundred classes: a coarse label and a fine one', async () => {
    const { labels, coarse } = await (await parseCifar100({ a: record(19, 99) })).rows([0]);
    expect([labels.data[0], coarse.data[0]]).toEqual([99, 19]);
  });

  test('says where a file is other than expected', async () => {
    await expect(parseCifar10({ cut: bytes(record(1), record(2)).subarray(0, 5000) })).rejects.toThrow(
      'cifar: cut at byte 3073: expected whole records of 3073 bytes, got 1927 bytes',
    );
    await expect(parseCifar10({ none: new Uint8Array() })).rejects.toThrow(
      'cifar: none at byte 0: expected whole records of 3073 bytes, got an empty file',
    );
    await expect(parseCifar10({ other: bytes(record(1), record(10)) })).rejects.toThrow(
      'cifar: other at byte 3073: expected one of the labels 0 to 9, got 10',
    );
    await expect(parseCifar100({ other: record(20, 5) })).rejects.toThrow(
      'cifar: other at byte 0: expected one of the coarse 0 to 19, got 20',
    );
  });

  test('survives damage', async () => {
    await survives(bytes(record(1), record(2)), (data) => parseCifar10({ small: data }), {
      cut: (result) => typeof result === 'string' || result.size === 1,
      damage: ({ size }) => size === 2,
    });
  });
});

/** A NumPy file, written after the description of its format. */
function npy(
  descr: string,
  shape: string,
  data: ArrayLike<number>,
  { fortran = 'False', version = 1 } = {},
): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
  const start = version === 1 ? 10 : 12;
  const header = `${text}${' '.repeat((64 - ((start + text.length + 1) % 64)) % 64)}\n`;
  const length =
    version === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return bytes(0x93, 'NUMPY', version, 0, length, header, data);
}

const bytesOf = (data: Float32Array | Float64Array | Int16Array | BigInt64Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('npy', () => {
  test('reads every type of number, in both byte orders', async () => {
    const read = async (...args: Parameters<typeof npy>) => parseNpy(npy(...args), 'a');
    expect(await read('<f4', '(2, 3)', bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)))).toEqual({
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
      shape: [2, 3],
    });
    expect((await read('>f4', '(1,)', [0x3f, 0x80, 0, 0])).data).toEqual(Float32Array.of(1));
    expect((await read('<f8', '()', bytesOf(Float64Array.of(-0.1)))).data).toEqual(Float64Array.of(-0.1));
    expect((await read('<i8', '(2,)', bytesOf(BigInt64Array.of(-5n, 2n ** 40n)))).data).toEqual(
      Float64Array.of(-5, 2 ** 40),
    );
    expect((await read('|b1', '(3,)', [1, 0, 1])).data).toEqual(Uint8Array.of(1, 0, 1));
    expect((await read('|i1', '(1,)', [255])).data).toEqual(Int8Array.of(-1));
    expect((await read('<u2', '(1,)', [1, 2])).data).toEqual(Uint16Array.of(513));
    expect((await read('>i2', '(1,)', [255, 254])).data).toEqual(Int16Array.of(-2));
    expect((await read('<f2', '(3,)', [0, 0x3c, 0, 0xc0, 1, 0])).data).toEqual(Float32Array.of(1, -2, 2 ** -24));
    expect((await read('<f4', '(0, 4)', [])).shape).toEqual([0, 4]);
    expect((await read('|u1', '(1,)', [7], { version: 2 })).data).toEqual(Uint8Array.of(7));
    expect((await read('|u1', '(1,)', [7], { version: 3 })).data).toEqual(Uint8Array.of(7));
  });

  test("turns Fortran's order into row-major", async () => {
    // numpy.asfortranarray(numpy.arange(6).reshape(2, 3)) is stored as 0 3 1 4 2 5.
    const { data } = await parseNpy(npy('|u1', '(2, 3)', [0, 3, 1, 4, 2, 5], { fortran: 'True' }), 'a');
    expect([...data]).toEqual([0, 1, 2, 3, 4, 5]);
    const cube = await parseNpy(npy('|u1', '(2, 2, 2)', [0, 4, 2, 6, 1, 5, 3, 7], { fortran: 'True' }), 'a');
    expect([...cube.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('says where a file is other than expected', async () => {
    await expect(parseNpy(small, 'a')).rejects.toThrow(String.raw`npy: a at byte 0: expected '\x93NUMPY', got`);
    await expect(parseNpy(npy('<c16', '(1,)', []), 'a')).rejects.toThrow(
      /^npy: a at byte 10: expected numbers of a type u1, .*, got '<c16'$/,
    );
    await expect(parseNpy(npy('|O', '(1,)', []), 'a')).rejects.toThrow("got '|O'");
    await expect(parseNpy(npy('<f4', '(2,)', [0, 0, 0, 0]), 'a')).rejects.toThrow(
      'npy: a at byte 128: expected 8 bytes of data for shape [2], got 4',
    );
    await expect(parseNpy(npy('<i8', '(2,)', bytesOf(BigInt64Array.of(1n, 2n ** 54n))), 'a')).rejects.toThrow(
      'npy: a at byte 136: expected an integer between −2^53 and 2^53, got 18014398509481984',
    );
    const nine = bytes(npy('<f4', '(1,)', [0, 0, 0, 0]));
    nine[6] = 9;
    await expect(parseNpy(nine, 'a')).rejects.toThrow('npy: a at byte 6: expected version 1, 2 or 3, got 9');
  });

  test('survives damage', async () => {
    const file = npy('<f4', '(2, 2)', bytesOf(Float32Array.of(1, 2, 3, 4)));
    await survives(file, (data) => parseNpy(data, 'small'), { damage: ({ data }) => data.byteLength >= 16 });
  });

  test('a header of a million spaces is read at once', async () => {
    const text = `{'descr': '<f4'${' '.repeat(1_000_000)}`;
    const file = bytes(0x93, 'NUMPY', 2, 0, [text.length & 255, (text.length >> 8) & 255, text.length >> 16, 0], text);
    const before = processorTime();
    await expect(parseNpy(file, 'a')).rejects.toThrow("npy: a at byte 12: expected a dictionary of 'descr'");
    expect(processorTime() - before).toBeLessThan(2000);
  });
});

describe('npz', () => {
  const arrays = {
    'x.npy': npy('<f4', '(3,)', bytesOf(Float32Array.of(1, 2, 3))),
    'y.npy': npy('<i2', '(2, 1)', bytesOf(Int16Array.of(-1, 300))),
  };
  const expected = {
    x: { data: Float32Array.of(1, 2, 3), shape: [3] },
    y: { data: Int16Array.of(-1, 300), shape: [2, 1] },
  };

  test('reads arrays by name, packed or stored', async () => {
    for (const level of [0, 6] as const) expect(await parseNpz(zipSync(arrays, { level }), 'a')).toEqual(expected);
    expect(await parseNpz(zipSync({}), 'a')).toEqual({});
  });

  test('says where a file is other than expected', async () => {
    await expect(parseNpz(arrays['x.npy'], 'a')).rejects.toThrow(
      'npz: a at byte 0: expected local record 0x04034b50, got 0x4d554e93',
    );
    await expect(parseNpz(zipSync({ 'readme.txt': bytes('hello') }), 'a')).rejects.toThrow(
      "npz: a at byte 40: expected files named .npy, got 'readme.txt'",
    );
    const cut = zipSync(arrays);
    await expect(parseNpz(cut.subarray(0, cut.length - 30), 'a')).rejects.toThrow(
      `npz: a at byte ${cut.length - 30}: expected a zip's end record 0x06054b50 before here, got none`,
    );
  });

  test('survives damage: checksums tell what the data cannot', async () => {
    for (const level of [0, 6] as const)
      await survives(zipSync(arrays, { level }), (data) => parseNpz(data, 'small'), {
        // What stands nowhere but in a name, or in fields that nobody reads, may change.
        damage: (read) => {
          const [first, second] = Object.values(read);
          expect(Object.values(read)).toHaveLength(2);
          expect([first, second]).toEqual([expected.x, expected.y]);
          return true;
        },
      });
  });
});

test('half numbers are those of IEEE 754', () => {
  const known = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ] as const;
  for (const [bits, value] of known) expect(halfToNumber(bits)).toBe(value);
  expect(halfToNumber(0x7e00)).toBeNaN();
  expect(Object.is(halfToNumber(0x8000), -0)).toBe(true);
});

test('the checksum of 123456789 is the one that the standards give', () => {
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
});
