import { isPlain, showAny } from '../../graph/shape.ts';
import { nodeOf, readNodes } from '../../tensor/tensor.ts';
import type { Tree } from '../../tensor/tree.ts';
import { jsonOf } from './json.ts';
import { takeApart } from './skeleton.ts';

/** The key of the metadata entry that holds the tree's skeleton. */
export const treeEntry = 'cotangent.tree';

/**
 * Limits of files that are written and read: the length of the header in bytes, the number of
 * tensors.
 */
export const longestHeader = 2 ** 24;
export const maxTensors = 2 ** 15;

/**
 * Returns the bytes of a safetensors file with a tree and metadata (format of the safetensors
 * library, version 1): the length of the header as 8 little-endian bytes; the header, JSON padded
 * with spaces to a multiple of 8 bytes; the elements, little-endian and row-major, without gaps.
 * Tensors are F32, or F64 on the device `reference`. All else in the tree (numbers, keys, strings,
 * booleans, null, arrays and plain objects) goes to the metadata, from which `parseSafetensors`
 * rebuilds the tree. Throws if the tree holds anything else or two tensors of one name, if
 * `metadata` holds other values than strings, or if there are more than 2¹⁵ tensors, 2¹⁷ objects
 * and lists, or 2²⁴ bytes of header.
 */
export async function toSafetensors(tree: Tree, metadata: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const caller = 'toSafetensors';
  if (!isPlain(metadata) || Object.values(metadata).some((text) => typeof text !== 'string'))
    throw new Error(`${caller}: metadata must be an object of strings, got ${showAny(metadata)}`);
  if (treeEntry in metadata)
    throw new Error(`${caller}: the metadata entry ${treeEntry} is the library's own, got one`);
  const { skeleton, tensors } = takeApart(caller, tree);
  if (tensors.size > maxTensors)
    throw new Error(`${caller}: a file may hold ${maxTensors} tensors, got ${tensors.size}; write more than one file`);
  const shown = JSON.stringify(skeleton);
  // What could not be read again is not written.
  jsonOf(
    shown,
    (expected, got) => new Error(`${caller}: a tree may hold ${expected}, got ${got}; keep numbers in tensors`),
  );
  const read = await readNodes([...tensors.values()].map((t) => nodeOf(caller, t)));
  const parts = [...tensors].map(([name, { shape }], i) => ({ name, shape, data: read[i]! }));
  // Wider elements come first, as in the library, so that every tensor is aligned to its element
  // size.
  parts.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : 1));

  const header: [string, unknown][] = [['__metadata__', { ...metadata, [treeEntry]: shown }]];
  let end = 0;
  for (const { name, shape, data } of parts) {
    const dtype = data instanceof Float64Array ? 'F64' : 'F32';
    header.push([name, { dtype, shape, data_offsets: [end, (end += data.byteLength)] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  if (text.length > longestHeader)
    throw new Error(
      `${caller}: names, metadata and what is no tensor may take ${longestHeader} bytes, got ${text.length}; keep numbers in tensors`,
    );
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let at = start;
  for (const { data } of parts)
    for (const x of data) {
      if (data instanceof Float64Array) view.setFloat64(at, x, true);
      else view.setFloat32(at, x, true);
      at += data.BYTES_PER_ELEMENT;
    }
  return file;
}
