import { gzipSync } from 'fflate';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  decodeJpeg,
  parseCsv,
  parseIdx,
  parseMnist,
  parseNpy,
  parseNpz,
  parseSafetensors,
  toSafetensors,
} from '../../src/data/browser.ts';
import { device, setDevice, tensor, type Tensor } from '../../src/index.ts';
import { textOfBytes } from '../../src/data/read/bytes.ts';
import { idx, npy, safetensors } from './make/files.ts';
import { adobe, exif, flat, photograph, segment, withSegments } from './make/jpeg.ts';
import { bytes, bytesOf, text } from './make/parts.ts';
import { zip } from './make/zip.ts';

afterEach(() => void vi.restoreAllMocks());

test('each of the 256 bytes is the character of its number', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect([...textOfBytes(all)].map((c) => c.charCodeAt(0))).toEqual([...all]);
  const many = new Uint8Array(10_000).fill(0x93);
  expect(textOfBytes(many)).toBe('\x93'.repeat(10_000));
});

describe('gzip', () => {
  test('of several members is one file, wherever it is cut', async () => {
    const file = idx([40], new Uint8Array(40).fill(9));
    for (const cut of [0, 1, 4, 8, 20, file.length])
      for (const level of [0, 9] as const) {
        const packed = bytes(gzipSync(file.subarray(0, cut), { level }), gzipSync(file.subarray(cut), { level }));
        expect(await parseIdx(packed, 'a')).toEqual({ data: new Uint8Array(40).fill(9), shape: [40] });
      }
  });

  test('may be followed by zeros, which are padding, and by nothing else', async () => {
    const packed = gzipSync(idx([3], bytes([7, 8, 9])));
    expect((await parseIdx(bytes(packed, new Uint8Array(512)), 'a')).data).toEqual(bytes([7, 8, 9]));
    await expect(parseIdx(bytes(packed, new Uint8Array(20), [1], new Uint8Array(20)), 'a')).rejects.toThrow(
      'another gzip member or the end',
    );
  });

  test('may hold CelebA’s and CSV’s rows over the borders of its pieces', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i / 8}`);
    const { columns } = await parseCsv(gzipSync(text(['a,b', ...rows].join('\r\n'))), 'a');
    expect(columns.a!.data).toEqual(Float64Array.from({ length: 30_000 }, (_, i) => i));
    expect(columns.b!.data[29_999]).toBe(29_999 / 8);
  });
});

describe('npy', () => {
  test('by Python 2 writes long integers with an L', async () => {
    const data = new Uint8Array(6);
    expect((await parseNpy(npy('|u1', '(6L,)', data), 'a')).shape).toEqual([6]);
    expect((await parseNpy(npy('|u1', '(2L, 3L)', data), 'a')).shape).toEqual([2, 3]);
  });

  test("of byte order '=' or none is of the order that nearly all machines have", async () => {
    const two = bytesOf(Int16Array.of(1, -2));
    for (const descr of ['=i2', 'i2', '<i2'])
      expect((await parseNpy(npy(descr, '(2,)', two), 'a')).data).toEqual(Int16Array.of(1, -2));
    expect((await parseNpy(npy('>i2', '(2,)', two), 'a')).data).toEqual(Int16Array.of(256, -257));
    for (const descr of ['|u1', '<u1', '=u1', 'u1'])
      expect((await parseNpy(npy(descr, '(1,)', [7]), 'a')).data).toEqual(Uint8Array.of(7));
  });

  test('in the order of Fortran is the same array for each shape', async () => {
    for (const shape of [[2, 3, 4], [1, 5], [5, 1], [2, 0, 3], [7]]) {
      const size = shape.reduce((a, b) => a * b, 1);
      // Element (i, j, …) is its number in row-major order; Fortran's order counts the first axis
      // fastest.
      const stored = Array.from({ length: size }, (_, at) => {
        const index = shape.map((d, axis) => Math.floor(at / shape.slice(0, axis).reduce((a, b) => a * b, 1)) % d);
        return index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
      });
      const file = npy('|u1', `(${shape.join(', ')},)`, stored, { fortran: 'True' });
      expect([...(await parseNpy(file, 'a')).data]).toEqual(Array.from({ length: size }, (_, i) => i));
    }
  });
});

describe('npz', () => {
  const x = npy('<i2', '(2,)', bytesOf(Int16Array.of(1, -2)));
  const words = npy('<U3', '(1,)', bytes('a\0\0\0b\0\0\0c\0\0\0'));
  const records = npy("[('a', '<f4'), ('b', '<i4')]", '(1,)', new Uint8Array(8));
  const expected = { data: Int16Array.of(1, -2), shape: [2] };

  test('with records of zip64 is read', async () => {
    for (const deflated of [false, true])
      expect(await parseNpz(zip([{ name: 'x.npy', data: x, deflated }], { zip64: true }), 'a')).toEqual({
        x: expected,
      });
  });

  test('with arrays of text and records beside numbers gives the numbers, and says what it left out', async () => {
    const told = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const file = zip([
      { name: 'x.npy', data: x },
      { name: 'w.npy', data: words },
      { name: 'r.npy', data: records },
    ]);
    expect(await parseNpz(file, 'a')).toEqual({ x: expected });
    expect(told.mock.calls).toEqual([
      ["npz: a: left out w of type '<U3', r of type [('a', '<f4'), ('b', '<i4')]: no numbers"],
    ]);
  });

  test('of which some arrays are asked for gives these without a word, and no others', async () => {
    const told = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const file = zip([
      { name: 'x.npy', data: x },
      { name: 'w.npy', data: words },
    ]);
    expect(await parseNpz(file, 'a', { arrays: ['x'] })).toEqual({ x: expected });
    expect(told).not.toHaveBeenCalled();
    await expect(parseNpz(file, 'a', { arrays: ['w'] })).rejects.toThrow("got '<U3'");
    await expect(parseNpz(file, 'a', { arrays: ['y'] })).rejects.toThrow("npz: a has the arrays x, w, got 'y'");
  });

  test('has names in UTF-8, and such that mean something to JavaScript', async () => {
    const read = await parseNpz(
      zip([
        { name: 'été.npy', data: x },
        { name: '__proto__.npy', data: x },
      ]),
      'a',
    );
    expect(Object.entries(read)).toEqual([
      ['été', expected],
      ['__proto__', expected],
    ]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});

describe('csv', () => {
  test('with names that mean something to JavaScript is as any other', async () => {
    const file = text('constructor,__proto__,toString\n1,2,b\n3,4,a\n');
    const { columns, classes } = await parseCsv(file, 'a', { classes: ['toString'] });
    expect(Object.entries(columns).map(([name, { data }]) => [name, [...data]])).toEqual([
      ['constructor', [1, 3]],
      ['__proto__', [2, 4]],
      ['toString', [1, 0]],
    ]);
    expect(Object.entries(classes)).toEqual([['toString', ['a', 'b']]]);
    expect(Object.getPrototypeOf(columns)).toBe(Object.prototype);
  });

  test('without names loses no row: it is said, or asked for', async () => {
    const iris = '5.1,3.5,setosa\n4.9,3,setosa\n';
    await expect(parseCsv(text(iris), 'a', { classes: ['2'] })).rejects.toThrow(
      'csv: a at byte 0: expected names in the first row, got the number 5.1; the option header says',
    );
    const { columns } = await parseCsv(text(iris), 'a', { header: false, classes: ['2'] });
    expect(columns['0']!.data).toEqual(Float64Array.of(5.1, 4.9));
    // Years are names, if one says so.
    const years = await parseCsv(text('2019,2020\n1,2\n'), 'a', { header: true });
    expect(years.columns['2019']!.data).toEqual(Float64Array.of(1));
  });

  test('holds decimal numbers and infinities as NumPy writes them, and no other notation of JavaScript’s', async () => {
    const { columns } = await parseCsv(text('a\n-inf\nInfinity\n+1.5e3\n.5\nnan\n'), 'a');
    expect(columns.a!.data).toEqual(Float64Array.of(-Infinity, Infinity, 1500, 0.5, NaN));
    for (const written of ['0x10', '0b11', '0o7', '1_000', '1e'])
      await expect(parseCsv(text(`a\n1\n${written}\n`), 'a')).rejects.toThrow('expected a number in column a');
  });

  test('has quoted names behind a byte order mark, and cells with line breaks', async () => {
    const { columns, classes } = await parseCsv(text('\ufeff"a b",c\r1,"x\ny""z"\r'), 'a', { classes: ['c'] });
    expect(columns['a b']!.data).toEqual(Float64Array.of(1));
    expect(classes).toEqual({ c: ['x\ny"z'] });
  });

  test('takes one character that text is made of as a delimiter', async () => {
    expect((await parseCsv(text('a\tb\n1\t2\n'), 'a', { delimiter: '\t' })).columns.b!.data).toEqual(
      Float64Array.of(2),
    );
    for (const delimiter of ['', ',,', '"', '\n', 'é'])
      await expect(parseCsv(text('a\n1\n'), 'a', { delimiter })).rejects.toThrow(
        'parseCsv: delimiter must be one ASCII character',
      );
  });
});

test('labels of a larger family than MNIST are read where their number is said', async () => {
  const read = (label: number, classes?: number) =>
    parseMnist(idx([1, 1, 1], [7]), 'i', idx([1], [label]), 'l', classes === undefined ? {} : { classes });
  expect((await (await read(46, 47)).rows([0])).labels.data[0]).toBe(46);
  await expect(read(47, 47)).rejects.toThrow('idx: l at byte 8: expected a label from 0 to 46, got 47');
  await expect(read(10)).rejects.toThrow('expected a label from 0 to 9, got 10');
  await expect(read(1, 0)).rejects.toThrow('parseMnist: classes must be an integer from 1 to 256, got 0');
});

describe('safetensors', () => {
  const entry = (dtype: string, shape: string, begin: number, end: number) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;
  const file = safetensors(
    `{"a":${entry('F64', '[3]', 0, 24)},"b":${entry('I32', '[2]', 24, 32)},"c":${entry('F32', '[1]', 32, 36)}}`,
    bytes(
      bytesOf(Float64Array.of(0.5, 0.1, NaN)),
      bytesOf(Int32Array.of(2 ** 24 + 1, 2 ** 24)),
      bytesOf(Float32Array.of(0.1)),
    ),
  );

  test('says how many doubles and integers float32 could not hold', async () => {
    const before = device();
    const { tree, rounded } = await parseSafetensors(file, 'a');
    expect(rounded).toEqual({ a: 1, b: 1 });
    expect([...(await (tree as { b: Tensor }).b.data())]).toEqual([2 ** 24, 2 ** 24]);
    await setDevice('reference');
    expect((await parseSafetensors(file, 'a')).rounded).toEqual({});
    await setDevice(before);
  });

  test('is not written where it could not be read', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 2000; i++) deep = [deep];
    await expect(toSafetensors(deep as never)).rejects.toThrow(
      'toSafetensors: a tree must be at most 1000 deep, got one that is deeper or contains itself',
    );
    const round: unknown[] = [];
    round.push(round);
    await expect(toSafetensors(round as never)).rejects.toThrow('or contains itself');
    let allowed: unknown = tensor(1);
    for (let i = 0; i < 1000; i++) allowed = i % 2 ? [allowed] : { a: allowed };
    expect((await parseSafetensors(await toSafetensors(allowed as never), 'a')).rounded).toEqual({});
  });
});

describe('jpeg', () => {
  const pixel = async (file: Uint8Array) => [...(await decodeJpeg(file, 'a')).data.subarray(0, 3)];

  test('of red, green and blue by Adobe’s marker is not taken for light and differences', async () => {
    expect(await pixel(flat(8, 8, [200, 20, 90], [adobe(0)]))).toEqual([200, 20, 90]);
    // R = Y + 1.402 (Cr − 128), G = Y − 0.344136 (Cb − 128) − 0.714136 (Cr − 128), B = Y + 1.772
    // (Cb − 128).
    const [y, cb, cr] = [120, 140, 100];
    const asLight = [y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128)];
    for (const before of [[], [adobe(1)], [segment(0xe0, 'JFIF', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0), adobe(0)]])
      expect(await pixel(flat(8, 8, [y, cb, cr], before))).toEqual(asLight.map(Math.round));
  });

  test('of grey, and of four inks, as Adobe writes them', async () => {
    expect(await pixel(flat(8, 8, [77]))).toEqual([77, 77, 77]);
    // 255 is no ink; black darkens the others.
    expect(await pixel(flat(8, 8, [200, 20, 90, 255], [adobe(0)]))).toEqual([200, 20, 90]);
    expect(await pixel(flat(8, 8, [200, 20, 100, 51], [adobe(0)]))).toEqual([40, 4, 20]);
    await expect(pixel(flat(8, 8, [200, 20, 90, 255]))).rejects.toThrow("expected Adobe's segment");
  });

  test('with bytes after its end is read', async () => {
    const good = photograph(16, 8, (x, y) => [10 * x, 20 * y, 50]);
    expect(await decodeJpeg(bytes(good, 'and more', 0, 0xff), 'a')).toEqual(await decodeJpeg(good, 'a'));
  });

  test('is turned as its EXIF orientation says', async () => {
    // Light from 0 to 240 in steps of 16, so that each pixel of the small picture tells where it
    // was.
    const [width, height] = [24, 16];
    const good = photograph(width, height, (x, y) => [8 * x, 8 * x, 12 * y], 100);
    const upright = await decodeJpeg(good, 'a');
    const at = (p: typeof upright, x: number, y: number) => p.data[3 * (y * p.width + x)];
    /** Where pixel (x, y) of the file is to be seen: EXIF 2.3, table 6. */
    const places: Record<number, (x: number, y: number) => [number, number]> = {
      1: (x, y) => [x, y],
      2: (x, y) => [width - 1 - x, y],
      3: (x, y) => [width - 1 - x, height - 1 - y],
      4: (x, y) => [x, height - 1 - y],
      5: (x, y) => [y, x],
      6: (x, y) => [height - 1 - y, x],
      7: (x, y) => [height - 1 - y, width - 1 - x],
      8: (x, y) => [y, width - 1 - x],
    };
    for (const [orientation, place] of Object.entries(places))
      for (const little of [true, false]) {
        const turned = await decodeJpeg(withSegments(good, exif(Number(orientation), little)), 'a');
        expect([turned.width, turned.height]).toEqual(Number(orientation) < 5 ? [width, height] : [height, width]);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) expect(at(turned, ...place(x, y))).toBe(at(upright, x, y));
      }
    for (const nonsense of [0, 9, 255])
      expect(await decodeJpeg(withSegments(good, exif(nonsense)), 'a')).toEqual(upright);
  });

  /** Red 4 x, green 3 y, blue 120 + x − y in 40 × 24 pixels, as libjpeg writes it at quality 90. */
  test.each([
    [
      'progressive',
      [
        '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU',
        'FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU',
        'FBQUFBQUFBT/wgARCAAYACgDAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABAYI/8QAGAEBAQADAAAAAAAAAAAAAAAABQIB',
        'BAf/2gAMAwEAAhADEAAAAc6dI1XSq6VHSq7CkzrchdKjpVdKjsKzGtyB0qulR2FXSp//xAAVEAEBAAAAAAAAAAAAAAAAAAACAP/a',
        'AAgBAQABBQICAgICAgICAgICAgICAgL/xAAWEQADAAAAAAAAAAAAAAAAAAAAAgP/2gAIAQMBAT8BmxNibE2JsTYmxNibE2JsTYmx',
        'NibH/8QAFREBAQAAAAAAAAAAAAAAAAAAABL/2gAIAQIBAT8Bta1rWta1rWta3//EABQQAQAAAAAAAAAAAAAAAAAAADD/2gAIAQEA',
        'Bj8Cf//EABQQAQAAAAAAAAAAAAAAAAAAADD/2gAIAQEAAT8hdVVVVX//2gAMAwEAAgADAAAAELvimmPvL//EABQRAQAAAAAAAAAA',
        'AAAAAAAAADD/2gAIAQMBAT8Qf/8A/wD/AP8A/8QAFREBAQAAAAAAAAAAAAAAAAAAAAH/2gAIAQIBAT8QrWta1rWta1rWv//EABYQ',
        'AAMAAAAAAAAAAAAAAAAAAAAhMf/aAAgBAQABPxCKIoiiKIoiiKIoiiKIoiiKIoij/9k=',
      ].join(''),
    ],
    [
      'progressive, with fewer samples of colour and restart markers',
      [
        '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU',
        'FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU',
        'FBQUFBQUFBT/wgARCAAYACgDASIAAhEBAxEB/8QAGQABAQEAAwAAAAAAAAAAAAAAAAQDBQcI/8QAFwEBAQEBAAAAAAAAAAAAAAAA',
        'BgMCBf/dAAQAA//aAAwDAQACEAMQAAAB86XaXP453aXTU5uSYR//0Ol7hJxLriam4YR//8QAFRABAQAAAAAAAAAAAAAAAAAAAgD/',
        '3QAEAAX/2gAIAQEAAQUCAgICAgL/0AICAgIC/9ECAgICAv/EABoRAAIDAQEAAAAAAAAAAAAAAAADAQIEESH/3QAEAAP/2gAIAQMB',
        'AT8BzNMzRbfD/9DNaTNaRdp4f//EABkRAAIDAQAAAAAAAAAAAAAAAAABAhITA//aAAgBAgEBPwHcfc3P/9CzHJlmf//EABQQAQAA',
        'AAAAAAAAAAAAAAAAACD/3QAEAAX/2gAIAQEABj8CP//QP//RP//EABQQAQAAAAAAAAAAAAAAAAAAACD/2gAIAQEAAT8hKq//0Cqv',
        '/9Eqr//dAAQAA//aAAwDAQACAAMAAAAQzzD/AP/Q++//AP/EABcRAQEBAQAAAAAAAAAAAAAAAAAhMRH/2gAIAQMBAT8QxY1G/9CB',
        'A4L/xAAYEQEAAwEAAAAAAAAAAAAAAAAAAVFhcf/aAAgBAgEBPxCdNHT/0JvW03v/xAAWEAADAAAAAAAAAAAAAAAAAAAAITH/3QAE',
        'AAX/2gAIAQEAAT8QiiKIoiiKP//QiiKIoiiKP//RiiKIoiiKP//Z',
      ].join(''),
    ],
    [
      'baseline, with fewer samples of colour across and restart markers',
      [
        '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU',
        'FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU',
        'FBQUFBQUFBT/wAARCAAYACgDASEAAhEBAxEB/8QAGAABAAMBAAAAAAAAAAAAAAAABQAHCAn/xAAXEAADAQAAAAAAAAAAAAAAAAAA',
        'BCEx/8QAGgEAAgIDAAAAAAAAAAAAAAAABwgEBgEDBf/EABsRAAICAwEAAAAAAAAAAAAAAAADAQUCBDEi/90ABAAC/9oADAMBAAIR',
        'AxEAPwDnUmhkHE0Mgx+TzNc3g4mhkHE0MhHyeFKubw//0MspoZCDAy8ZrXb4grNNDIOJoZDm5PFNrW8P/9HIqaGQcTQyBnyeXqtb',
        'wcTQyENMvCPrt8Qf/9LGCaGQcTQyBPyeU6tbwcTQyDiaGQjy8KVc3h//06gTQyECDLwz67fEH//Z',
      ].join(''),
    ],
  ])('%s is the picture that libjpeg wrote', async (_, written) => {
    const { data, width, height } = await decodeJpeg(
      Uint8Array.from(atob(written), (c) => c.charCodeAt(0)),
      'a',
    );
    expect([width, height]).toEqual([40, 24]);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (const [k, value] of [4 * x, 3 * y, 120 + x - y].entries())
          expect(Math.abs(data[3 * (y * width + x) + k]! - value)).toBeLessThan(12);
  });
});
