import { sizeOf } from '../../graph/node.ts';
import { maxRank } from '../../graph/shape.ts';
import type { Column, NumberArray } from '../dataset.ts';
import { textOfBytes } from './bytes.ts';
import { unpacked } from './gunzip.ts';
import { bytesOf, numbersToEnd } from './numbers.ts';
import type { Source } from './source.ts';

/** The supported types, by NumPy's letter and size. */
const types: readonly string[] = ['u1', 'i1', 'b1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8'];

/** The longest header in bytes; headers of numeric arrays are far shorter. */
const longestHeader = 2 ** 20;

/** The header of a NumPy array. */
export interface NpyHeader {
  /** The element type as the header has it, with its quotation marks: '<f4', for example. */
  readonly descr: string;
  /** True if the elements are stored with the first axis running fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** The offset of the data in the file. */
  readonly start: number;
}

/**
 * Parses the bytes of a NumPy array file (`numpy.save`), gzipped or not, of real numbers or truth
 * values. Returns the array, row-major even if the file is in Fortran order. Float16 becomes
 * float32, and 64-bit integers become float64. If the file is damaged, has another element type or
 * integers beyond ±(2⁵³ − 1), throws an error with the offset and `name`, the file's name.
 */
export async function parseNpy(data: Uint8Array, name: string): Promise<Column> {
  const source = unpacked('npy', name, data);
  return arrayOf(source, readHeader(source));
}

/**
 * Reads the header of `numpy.lib.format`, versions 1 to 3: \x93NUMPY, two bytes of version, the
 * length of the dictionary, the dictionary. Throws if it is damaged.
 */
export function readHeader(source: Source): NpyHeader {
  const magic = textOfBytes(source.take(6, 'the magic text'));
  if (magic !== '\x93NUMPY') throw source.wrong(0, String.raw`'\x93NUMPY'`, JSON.stringify(magic));
  const major = source.uint(1, 'the version');
  if (major < 1 || major > 3) throw source.wrong(6, 'version 1, 2 or 3', major);
  const minor = source.uint(1, 'the version');
  if (minor !== 0) throw source.wrong(7, 'minor version 0', minor);
  const length = source.uint(major === 1 ? 2 : 4, "the header's length");
  const start = source.offset;
  if (length > longestHeader) throw source.wrong(8, `a header of at most ${longestHeader} bytes`, length);
  return parseHeader(source, start, textOfBytes(source.take(length, 'header')));
}

/**
 * Parses a Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), },
 * with keys in any order. Python 2 may write 3L for 3. Throws if it is damaged; `start` is its
 * offset.
 */
function parseHeader(source: Source, start: number, header: string): NpyHeader {
  const entry = String.raw`'(descr|fortran_order|shape)'\s*:\s*('[^']*'|\[[^\]]*\]|True|False|\([0-9L,\s]*\))`;
  const whole = new RegExp(String.raw`^\s*\{\s*(?:${entry}\s*(?:,\s*)?){3}\}\s*$`);
  const fields = new Map([...header.matchAll(new RegExp(entry, 'g'))].map(([, key, value]) => [key, value!]));
  const [descr, order, dimensions] = [fields.get('descr'), fields.get('fortran_order'), fields.get('shape')];
  if (!whole.test(header) || !/^['[]/.test(descr ?? '') || !/^[TF]/.test(order ?? '') || !dimensions?.startsWith('('))
    throw source.wrong(
      start,
      "a dictionary of 'descr', 'fortran_order' and 'shape'",
      JSON.stringify(header.slice(0, 80).trim()),
    );
  const shape = dimensions
    .slice(1, -1)
    .split(',')
    .map((d) => d.trim());
  if (shape.at(-1) === '') shape.pop();
  if (shape.length > maxRank || shape.some((d) => !/^\d{1,15}L?$/.test(d)))
    throw source.wrong(start, `a shape of at most ${maxRank} sizes`, dimensions.slice(0, 80));
  return { descr: descr!, fortran: order === 'True', shape: shape.map((d) => parseInt(d, 10)), start };
}

/**
 * Returns the element type and byte order of `descr`: '>' is big-endian; '<', '=', or no order is
 * little-endian. A single byte may also have '|'. Returns undefined for an unsupported type.
 */
function typeOf(descr: string): { readonly type: string; readonly little: boolean } | undefined {
  const [, order = '', type = ''] = /^'([<>|=]?)(\w+)'$/.exec(descr) ?? [];
  if (!types.includes(type) || (order === '|' && bytesOf(type) > 1)) return undefined;
  return { type, little: order !== '>' };
}

/** True if the elements are numbers, not text, dates, records or objects. */
export const holdsNumbers = ({ descr }: NpyHeader): boolean => typeOf(descr) !== undefined;

/** The supported types, for errors. */
export const expectedTypes = `numbers of a type ${types.join(', ')}, with < or > where they are longer than a byte`;

/**
 * Reads the array that follows a header, row-major. Throws if its type is unsupported, or if the
 * source does not end with its last element.
 */
export function arrayOf(source: Source, { descr, fortran, shape, start }: NpyHeader): Column {
  const found = typeOf(descr);
  if (!found) throw source.wrong(start, expectedTypes, descr.slice(0, 80));
  const numbers = numbersToEnd(source, shape, found.type, found.little);
  return { data: fortran ? rowMajor(numbers, shape) : numbers, shape };
}

/**
 * Returns the elements in row-major order, given in Fortran order, where the first axis runs
 * fastest.
 */
function rowMajor(numbers: NumberArray, shape: readonly number[]): NumberArray {
  const out = numbers.slice();
  const strides = shape.map((_, i) => sizeOf(shape.slice(0, i)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let at = 0; at < out.length; at++) {
    out[at] = numbers[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
