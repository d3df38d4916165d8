import { sizeOf, type HostArray } from '../../graph/node.ts';
import { isPlain, maxRank, show } from '../../graph/shape.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Tree } from '../../tensor/tree.ts';
import { Bytes, numbersAt } from '../read/bytes.ts';
import { putTogether, treeOfNames, type Skeleton } from './skeleton.ts';
import { treeEntry } from './toSafetensors.ts';

export interface Checkpoint {
  readonly tree: Tree;
  /** What the file says beside its tensors. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's types by the readers' names for them. */
const types: Readonly<Record<string, string>> = {
  F64: 'f8',
  F32: 'f4',
  F16: 'f2',
  BF16: 'bf',
  I64: 'i8',
  I32: 'i4',
  I16: 'i2',
  I8: 'i1',
  U64: 'u8',
  U32: 'u4',
  U16: 'u2',
  U8: 'u1',
  BOOL: 'b1',
};

const sizes: Readonly<Record<string, number>> = { bf: 2 };

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The tree in a safetensors file: as it was, if `toSafetensors` made the file; otherwise tensors in objects and arrays as their
 * dotted names say. Numbers of other types become those of the current device.
 */
export async function parseSafetensors(data: Uint8Array, name: string): Promise<Checkpoint> {
  const file = new Bytes('safetensors', name, data);
  const length = file.uint64(0, "the header's length");
  file.need(8, length, 'header');
  const start = 8 + length;
  const header = headerOf(file, length);
  const wrong = (expected: string) => (got: string) => file.wrong(8, expected, got);
  const { __metadata__: notes = {}, ...listed } = header;
  if (!isPlain(notes) || Object.values(notes).some((text) => typeof text !== 'string'))
    throw file.wrong(8, 'metadata of strings', JSON.stringify(notes).slice(0, 60));

  const entries = Object.entries(listed).map(([of, value]) => checkEntry(file, of, value));
  let at = 0;
  for (const { name: of, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw file.wrong(start + at, `the numbers of ${of} without a gap or an overlap`, `begin ${begin}, not ${at}`);
    at = end;
  }
  if (file.length - start !== at) throw file.wrong(start, `${at} bytes of data`, file.length - start);
  const tensors = new Map(
    entries.map((entry): [string, Tensor] => [entry.name, tensor(values(file, entry, start), { shape: entry.shape })]),
  );

  const { [treeEntry]: skeleton, ...metadata } = notes as Record<string, string>;
  if (skeleton === undefined) return { tree: treeOfNames(tensors, wrong('names that make a tree')), metadata };
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
  if (unused.size > 0) throw file.wrong(8, 'tensors of the tree alone', [...unused].join(', '));
  return { tree, metadata };
}

function values(file: Bytes, { type, shape, begin }: Entry, start: number): HostArray {
  const [at, count] = [start + begin, sizeOf(shape)];
  if (type !== 'bf') {
    const numbers = numbersAt(file, at, count, type, true);
    return numbers instanceof Float32Array ? numbers : Float64Array.from(numbers);
  }
  // The upper half of a 32-bit number.
  const halves = Uint32Array.from(numbersAt(file, at, count, 'u2', true), (half) => half * 65536);
  return new Float32Array(halves.buffer);
}

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

function parseJson(file: Bytes, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw file.wrong(8, 'JSON', (error as Error).message);
  }
}

function checkEntry(file: Bytes, name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (isPlain(value) ? value : {}) as Record<string, unknown>;
  const naturals = (x: unknown): x is number[] => Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);
  const type = typeof dtype === 'string' ? types[dtype] : undefined;
  if (type === undefined)
    throw file.wrong(8, `a dtype of ${name} among ${Object.keys(types).join(', ')}`, String(dtype));
  if (!naturals(shape) || shape.length > maxRank)
    throw file.wrong(8, `a shape of ${name} of at most ${maxRank} sizes`, JSON.stringify(shape) ?? 'none');
  if (!naturals(offsets) || offsets.length !== 2)
    throw file.wrong(8, `two data_offsets of ${name}`, JSON.stringify(offsets) ?? 'none');
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * (sizes[type] ?? Number(type[1]));
  if (end - begin !== bytes) throw file.wrong(8, `${bytes} bytes of ${name} of shape ${show(shape)}`, end - begin);
  return { name, type, shape, begin, end };
}
