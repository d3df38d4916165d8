import { currentIsReference } from '../../device/devices.ts';
import { sizeOf } from '../../graph/node.ts';
import { isPlain, maxRank, show, showAny } from '../../graph/shape.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Tree } from '../../tensor/tree.ts';
import { Bytes } from '../read/bytes.ts';
import { bytesOf, numbersOf } from '../read/numbers.ts';
import { sourceOf } from '../read/source.ts';
import { jsonOf } from './json.ts';
import { putTogether, treeOfNames, type Skeleton } from './skeleton.ts';
import { longestHeader, maxTensors, treeEntry } from './toSafetensors.ts';

/** The content of a safetensors file. */
export interface Checkpoint {
  /**
   * Tensors, numbers, keys, strings, booleans and null in arrays and plain objects, or one of them.
   */
  readonly tree: Tree;
  /** The strings that the file stores beside its tensors, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * For each tensor name, the number of elements that were rounded, because the file holds doubles
   * or integers that float32 cannot hold. Tensors without rounded elements are not listed. On the
   * device `reference`, which computes in float64, nothing is rounded.
   */
  readonly rounded: Readonly<Record<string, number>>;
}

/** The element types: the format's names, with those of `numbersOf`. */
const types: ReadonlyMap<unknown, string> = new Map([
  ['F64', 'f8'],
  ['F32', 'f4'],
  ['F16', 'f2'],
  ['BF16', 'bf'],
  ['I64', 'i8'],
  ['I32', 'i4'],
  ['I16', 'i2'],
  ['I8', 'i1'],
  ['U64', 'u8'],
  ['U32', 'u4'],
  ['U16', 'u2'],
  ['U8', 'u1'],
  ['BOOL', 'b1'],
]);

/**
 * A tensor of the header. Its elements are the bytes from `begin` up to but excluding `end`,
 * counted from the end of the header.
 */
interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Returns the tree, the metadata and the rounded elements of a safetensors file with the bytes
 * `data`. A file of `toSafetensors` gives the tree it was made from. Any other file gives tensors
 * in objects and arrays, nested as the dots in their names say. Elements are converted to float32,
 * or to float64 on the device `reference`. If the file is damaged or has unknown types, throws an
 * error with the offset and `name`, the file's name.
 */
export async function parseSafetensors(data: Uint8Array, name: string): Promise<Checkpoint> {
  const file = new Bytes('safetensors', name, data);
  const length = file.uint64(0, "the header's length");
  file.need(8, length, 'header');
  if (length > longestHeader) throw file.wrong(0, `a header of at most ${longestHeader} bytes`, length);
  const start = 8 + length;
  const header = headerOf(file, length);
  const wrong = (expected: string) => (got: string) => file.wrong(8, expected, got);
  const notes = header.__metadata__ ?? {};
  if (!isPlain(notes) || Object.values(notes).some((text) => typeof text !== 'string'))
    throw file.wrong(8, 'metadata of strings', JSON.stringify(notes).slice(0, 60));

  const names = Object.keys(header).filter((of) => of !== '__metadata__');
  if (names.length > maxTensors) throw file.wrong(8, `at most ${maxTensors} tensors`, names.length);
  const entries = names.map((of) => checkEntry(file, of, header[of]));
  let at = 0;
  for (const { name: of, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw file.wrong(start + at, `the numbers of ${of} without a gap or an overlap`, `begin ${begin}, not ${at}`);
    at = end;
  }
  if (file.length - start !== at) throw file.wrong(start, `${at} bytes of data`, file.length - start);
  const rounded: [string, number][] = [];
  const tensors = new Map<string, Tensor>();
  for (const { name: of, type, shape, begin } of entries) {
    const numbers = numbersOf(sourceOf(file, start + begin), sizeOf(shape), type, true, `the numbers of ${of}`);
    const data = currentIsReference() ? Float64Array.from(numbers) : Float32Array.from(numbers);
    const count = differing(data, numbers);
    if (count > 0) rounded.push([of, count]);
    tensors.set(of, tensor(data, { shape }));
  }
  const about = { rounded: Object.fromEntries(rounded) };

  const { [treeEntry]: skeleton, ...metadata } = notes as Record<string, string>;
  if (skeleton === undefined)
    return { tree: treeOfNames(tensors, wrong('names that make a tree')), metadata, ...about };
  const unused = new Set(tensors.keys());
  const tree = putTogether(
    parseJson(file, skeleton) as Skeleton,
    (of) => {
      const found = tensors.get(of);
      if (!found) throw file.wrong(8, `a tensor ${of}, as the tree has one`, 'none');
      unused.delete(of);
      return found;
    },
    wrong(`a tree in the metadata entry ${treeEntry}`),
  );
  if (unused.size > 0)
    throw file.wrong(
      8,
      'tensors of the tree alone',
      [...unused]
        .map((of) => `'${of}'`)
        .join(', ')
        .slice(0, 200),
    );
  return { tree, metadata, ...about };
}

/** The number of elements of `made` that differ from those of `from`; NaN equals NaN. */
function differing(made: ArrayLike<number>, from: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < from.length; i++) if (made[i] !== from[i] && !Number.isNaN(from[i])) count++;
  return count;
}

/** Returns the JSON object of the header, which has `length` bytes. Throws if it is damaged. */
function headerOf(file: Bytes, length: number): Record<string, unknown> {
  const bytes = file.slice(8, length, 'header');
  if (bytes[0] !== 0x7b)
    throw file.wrong(8, "a header that begins with '{'", bytes[0] === undefined ? 'none' : `byte ${bytes[0]}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw file.wrong(8, 'a header of UTF-8 text', 'other bytes');
  }
  const header = parseJson(file, text);
  if (!isPlain(header)) throw file.wrong(8, 'a JSON object', text.slice(0, 60));
  return header as Record<string, unknown>;
}

const parseJson = (file: Bytes, text: string): unknown => jsonOf(text, (expected, got) => file.wrong(8, expected, got));

/**
 * Returns the header's entry of the tensor `name`. Throws unless its type is known and its offsets
 * fit its shape.
 */
function checkEntry(file: Bytes, name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (isPlain(value) ? value : {}) as Record<string, unknown>;
  const naturals = (x: unknown): x is number[] => Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);
  const type = types.get(dtype);
  if (type === undefined)
    throw file.wrong(8, `a dtype of ${name} among ${[...types.keys()].join(', ')}`, showAny(dtype).slice(0, 60));
  if (!naturals(shape) || shape.length > maxRank)
    throw file.wrong(8, `a shape of ${name} of at most ${maxRank} sizes`, JSON.stringify(shape) ?? 'none');
  if (!naturals(offsets) || offsets.length !== 2)
    throw file.wrong(8, `two data_offsets of ${name}`, JSON.stringify(offsets) ?? 'none');
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * bytesOf(type);
  if (end - begin !== bytes) throw file.wrong(8, `${bytes} bytes of ${name} of shape ${show(shape)}`, end - begin);
  return { name, type, shape, begin, end };
}
