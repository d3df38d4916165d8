import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { decodeJpeg, parseCelebAAttributes, parseCelebAPartition, parseCsv } from '../../src/data/browser.ts';
import { squareOf } from '../../src/data/read/jpeg/squareOf.ts';
import { survives } from './fuzz.ts';
import { photograph as encoded } from './make/jpeg.ts';

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

describe('csv', () => {
  const flowers = 'length,width,"kind of ""iris"""\n5.1,3.5,setosa\n7,3.2,versicolor\n\n-6e-1, 3 ,setosa\n';

  test('reads columns of numbers, and columns of words as numbers of classes', async () => {
    const { columns, classes } = await parseCsv(text(flowers), 'a', { classes: ['kind of "iris"'] });
    expect(columns.length).toEqual({ data: Float64Array.of(5.1, 7, -0.6), shape: [3] });
    expect(columns.width).toEqual({ data: Float64Array.of(3.5, 3.2, 3), shape: [3] });
    expect(columns['kind of "iris"']).toEqual({ data: Float64Array.of(0, 1, 0), shape: [3] });
    expect(classes).toEqual({ 'kind of "iris"': ['setosa', 'versicolor'] });
  });

  test('makes parts of several columns, without a header, with another delimiter, gzipped, with a byte order mark', async () => {
    const file = gzipSync(text('\ufeff1;2;3\r\n4;5;NaN\r\n'));
    const { columns } = await parseCsv(file, 'a', { header: false, delimiter: ';', parts: { x: ['0', '1'], y: '2' } });
    expect(columns).toEqual({
      x: { data: Float64Array.of(1, 2, 4, 5), shape: [2, 2] },
      y: { data: Float64Array.of(3, NaN), shape: [2] },
    });
  });

  test('says where a file is other than expected', async () => {
    const bad = (file: string | Uint8Array, options = {}) =>
      parseCsv(typeof file === 'string' ? text(file) : file, 'a', options);
    await expect(bad('x,y\n1,2\n3\n')).rejects.toThrow('csv: a at byte 8: expected 2 cells, got 1');
    await expect(bad('é,y\n1,2\n3,4,5\n')).rejects.toThrow('csv: a at byte 9: expected 2 cells, got 3');
    await expect(bad('x,y\n1,2\n3,four\n')).rejects.toThrow(
      "csv: a at byte 8: expected a number in column y of the row here, got 'four'",
    );
    await expect(bad('x,y\n1,\n')).rejects.toThrow(
      "csv: a at byte 4: expected a number in column y of the row here, got ''",
    );
    await expect(bad('x\n1\n"2\n3\n')).rejects.toThrow('csv: a at byte 4: expected cells whose quotes are closed');
    await expect(bad('x,x\n1,2\n')).rejects.toThrow('csv: a at byte 0: expected names that differ, got x,x');
    await expect(bad('')).rejects.toThrow('csv: a at byte 0: expected a row of names, got an empty file');
    await expect(bad(Uint8Array.of(0x78, 0x0a, 0x31, 0x0a, 0x89, 0x50))).rejects.toThrow(
      'csv: a at byte 4: expected UTF-8 text, got byte 0x89',
    );
    // A letter that is cut off: its bytes may begin a valid one, and what follows is missing.
    await expect(bad(Uint8Array.of(0x78, 0x0a, 0x41, 0xe2, 0x82, 0x0a))).rejects.toThrow(
      'csv: a at byte 5: expected UTF-8 text, got the end of the row',
    );
    await expect(bad('x,y\n1,2\n', { parts: { z: 'w' } })).rejects.toThrow("csv: a has the columns x, y, got 'w'");
    await expect(bad('x\n1\n', { headers: true })).rejects.toThrow('did you mean header?');
  });

  test('survives damage', async () => {
    // A table that is cut after a digit or a row is a table.
    await survives(text('x,y\n1,2\n3,4\n"5",6\n'), (data) => parseCsv(data, 'small'), { cut: () => true });
  });
});

const list = `3
Bald Smiling Young
000001.jpg -1  1  1
000002.jpg  1 -1  1
000003.jpg -1 -1 -1
`;

describe('CelebA', () => {
  const expected = {
    attributes: ['Bald', 'Smiling', 'Young'],
    files: ['000001.jpg', '000002.jpg', '000003.jpg'],
    labels: { data: Uint8Array.of(0, 1, 1, 1, 0, 1, 0, 0, 0), shape: [3, 3] },
  };

  test("reads the attribute list's own form and the one with commas", async () => {
    expect(await parseCelebAAttributes(text(list), 'a')).toEqual(expected);
    const commas = 'image_id,Bald,Smiling,Young\n000001.jpg,-1,1,1\n000002.jpg,1,-1,1\n000003.jpg,-1,-1,-1\n';
    expect(await parseCelebAAttributes(text(commas), 'a')).toEqual(expected);
  });

  test('reads the partition', async () => {
    const parts = [...(await parseCelebAPartition(text('000001.jpg 0\n000002.jpg 2\n'), 'a'))];
    expect(parts).toEqual([
      ['000001.jpg', 0],
      ['000002.jpg', 2],
    ]);
    const commas = await parseCelebAPartition(text('image_id,partition\n000001.jpg,1\n'), 'a');
    expect([...commas]).toEqual([['000001.jpg', 1]]);
  });

  test('says where a file is other than expected', async () => {
    const bad = (file: string) => parseCelebAAttributes(text(file), 'a');
    await expect(bad('')).rejects.toThrow(
      'celeba: a at byte 0: expected a count of pictures or the names of attributes, got an empty file',
    );
    await expect(bad('hello\n')).rejects.toThrow("celeba: a at byte 0: expected a count of pictures, got 'hello'");
    await expect(bad(list.replace('3\n', '4\n'))).rejects.toThrow(
      'celeba: a at byte 0: expected as many lines as the count 4 says, got 3',
    );
    await expect(bad(list.replace('1 -1  1', '1 -1'))).rejects.toThrow(
      'celeba: a at byte 41: expected a file name and 3 numbers, got 2 numbers',
    );
    await expect(bad(list.replace('1 -1  1', '1 -1  7'))).rejects.toThrow(
      "celeba: a at byte 41: expected attributes of 1 and -1 in the line here, got '7'",
    );
    await expect(bad('3\n000001.jpg -1 1\n')).rejects.toThrow(
      "celeba: a at byte 2: expected the names of attributes, got '000001.jpg -1 1'",
    );
    await expect(parseCelebAPartition(text('000001.jpg 3\n'), 'a')).rejects.toThrow(
      "celeba: a at byte 0: expected a file name and 0, 1 or 2, got '000001.jpg 3'",
    );
  });

  test('survives damage', async () => {
    await survives(text(list), (data) => parseCelebAAttributes(data, 'small'), {
      // The last line break may be missing.
      cut: (result) => typeof result === 'string' || result.files.length === 3,
      damage: ({ files }) => files.length === 3,
    });
  });
});

/** A picture whose colours change slowly, which JPEG keeps well. */
const colours = (x: number, y: number): [number, number, number] => [4 * x, 3 * y, 120 + x - y];

const photograph = (width: number, height: number): Uint8Array => encoded(width, height, colours);

describe('jpeg', () => {
  test('decodes a picture to within what the compression changes', async () => {
    const { data, height, width } = await decodeJpeg(photograph(40, 56), 'a');
    expect([height, width, data.length]).toEqual([56, 40, 3 * 40 * 56]);
    for (const [x, y] of [
      [0, 0],
      [39, 0],
      [20, 30],
      [39, 55],
    ] as const)
      for (const [k, value] of colours(x, y).entries())
        expect(Math.abs(data[3 * (y * 40 + x) + k]! - value)).toBeLessThan(12);
  });

  test('says where a file is other than expected', async () => {
    const good = photograph(16, 16);
    await expect(decodeJpeg(text('GIF89a......'), 'a')).rejects.toThrow(
      'jpeg: a at byte 0: expected start of a picture 0xffd8, got 0x4749',
    );
    await expect(decodeJpeg(good.subarray(0, 300), 'a')).rejects.toThrow(
      'jpeg: a at byte 298: expected end of a picture 0xffd9',
    );
    await expect(decodeJpeg(new Uint8Array(1), 'a')).rejects.toThrow(
      'jpeg: a at byte 0: expected 2 bytes of the start of a picture, got 1',
    );
  });

  test('survives damage', async () => {
    await survives(photograph(16, 24), (data) => decodeJpeg(data, 'small'));
  });

  test('the middle square is brought to size by means over what each pixel covers', () => {
    const data = Uint8Array.from({ length: 3 * 4 * 6 }, (_, i) => i);
    const picture = { data, height: 6, width: 4 };
    // Rows 1 to 4 are the middle; a pixel of two is the mean of 2 × 2.
    const at = (x: number, y: number, k: number) => data[(y * 4 + x) * 3 + k]!;
    const mean = (x: number, y: number, k: number) =>
      (at(x, y, k) + at(x + 1, y, k) + at(x, y + 1, k) + at(x + 1, y + 1, k)) / 4;
    const rounded = [0, 1, 2].flatMap((k) =>
      [mean(0, 1, k), mean(2, 1, k), mean(0, 3, k), mean(2, 3, k)].map((x) => Math.floor(x + 0.5)),
    );
    expect([...squareOf(picture, 2)]).toEqual(rounded);
    // Each pixel of three covers 4/3 of a pixel: the mean of a flat picture is what it is, to
    // rounding.
    const flat = { data: new Uint8Array(3 * 7 * 7).fill(77), height: 7, width: 7 };
    expect(new Set(squareOf(flat, 3))).toEqual(new Set([77]));
    expect(new Set(squareOf(flat, 16))).toEqual(new Set([77]));
  });
});
