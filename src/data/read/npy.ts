import { sizeOf } from '../../graph/node.ts';
import { maxRank } from '../../graph/shape.ts';
import type { Column, NumberArray } from '../dataset.ts';
import { Bytes, isNumberType, numbersToEnd, numberTypes } from './bytes.ts';
import { unpacked } from './gunzip.ts';
import { unzip } from './unzip.ts';

/** A NumPy array file, gzipped or not. Integers of 64 bits become doubles; Fortran's order becomes row-major. */
export async function parseNpy(data: Uint8Array, name: string): Promise<Column> {
  return arrayOf(await unpacked('npy', name, data));
}

/** The arrays of a NumPy archive, packed (`savez_compressed`) or not (`savez`), by their names. */
export async function parseNpz(data: Uint8Array, name: string): Promise<Record<string, Column>> {
  const files = await unzip(new Bytes('npz', name, data));
  return Object.fromEntries(
    [...files].map(([inner, { data: bytes, offset }]) => {
      if (!inner.endsWith('.npy'))
        throw new Error(`npz: ${name} at byte ${offset}: expected files named .npy, got '${inner}'`);
      return [inner.slice(0, -4), arrayOf(new Bytes('npy', `${inner} in ${name}`, bytes))];
    }),
  );
}

/** The format of `numpy.lib.format`, versions 1 to 3: \x93NUMPY, two bytes of version, the header's length, the header, the data. */
function arrayOf(file: Bytes): Column {
  const magic = file.text(0, 6, 'the magic text');
  if (magic !== '\x93NUMPY') throw file.wrong(0, String.raw`'\x93NUMPY'`, JSON.stringify(magic));
  const major = file.uint(6, 1, 'the version');
  if (major < 1 || major > 3) throw file.wrong(6, 'version 1, 2 or 3', major);
  if (file.uint(7, 1, 'the version') !== 0) throw file.wrong(7, 'minor version 0', file.data[7]!);
  const lengthBytes = major === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const header = file.text(start, file.uint(8, lengthBytes, "the header's length"), 'header');
  const { type, little, fortran, shape } = parseHeader(file, start, header);
  const numbers = numbersToEnd(file, start + header.length, shape, type, little);
  return { data: fortran ? rowMajor(numbers, shape) : numbers, shape };
}

/** A Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, keys in any order. */
function parseHeader(
  file: Bytes,
  start: number,
  header: string,
): { type: string; little: boolean; fortran: boolean; shape: number[] } {
  const entry = String.raw`'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([0-9,\s]*\))`;
  const whole = new RegExp(String.raw`^\s*\{\s*(?:${entry}\s*(?:,\s*)?){3}\}\s*$`);
  const fields = new Map([...header.matchAll(new RegExp(entry, 'g'))].map(([, key, value]) => [key, value!]));
  const [descr, order, dimensions] = [fields.get('descr'), fields.get('fortran_order'), fields.get('shape')];
  if (!whole.test(header) || !descr?.startsWith("'") || !/^[TF]/.test(order ?? '') || !dimensions?.startsWith('('))
    throw file.wrong(
      start,
      "a dictionary of 'descr', 'fortran_order' and 'shape'",
      JSON.stringify(header.slice(0, 80).trim()),
    );
  const [, byteOrder, type] = /^'([<>|=]?)(\w+)'$/.exec(descr) ?? [];
  if (type === undefined || !isNumberType(type) || (byteOrder === '|') !== (type[1] === '1'))
    throw file.wrong(
      start,
      `numbers of a type ${numberTypes.join(', ')}, with < or > where they are longer than a byte`,
      descr,
    );
  const shape = dimensions
    .slice(1, -1)
    .split(',')
    .map((d) => d.trim());
  if (shape.at(-1) === '') shape.pop();
  if (shape.length > maxRank || shape.some((d) => !/^\d{1,15}$/.test(d)))
    throw file.wrong(start, `a shape of at most ${maxRank} sizes`, dimensions);
  return { type, little: byteOrder !== '>', fortran: order === 'True', shape: shape.map(Number) };
}

/** Numbers whose first axis runs fastest, put in the order in which the last one does. */
function rowMajor(numbers: NumberArray, shape: readonly number[]): NumberArray {
  const out = numbers.slice();
  const strides = shape.map((_, i) => sizeOf(shape.slice(0, i)));
  const index = shape.map(() => 0);
  for (let at = 0; at < out.length; at++) {
    out[at] = numbers[index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return out;
}
