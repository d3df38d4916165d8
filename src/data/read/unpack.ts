import { hex, type Bytes } from './bytes.ts';
import { crc32 } from './crc32.ts';

/** Deflate makes data at most 1032 times smaller, so a file cannot ask for more memory than that. */
const ratio = 1032;

/** The bytes that deflated ones stand for, of a known length and checksum, each of which has a place where the file tells it. */
export async function inflate(
  file: Bytes,
  packed: { readonly offset: number; readonly length: number },
  length: { readonly offset: number; readonly value: number },
  checksum: { readonly offset: number; readonly value: number },
): Promise<Uint8Array> {
  if (length.value > ratio * (packed.length + 1))
    throw file.wrong(length.offset, `a length that ${packed.length} packed bytes can stand for`, length.value);
  const { inflateSync } = await import('fflate');
  let out: Uint8Array;
  try {
    const data = file.slice(packed.offset, packed.length, 'packed data');
    // One byte to spare shows data that is longer than it says.
    out = inflateSync(data, { out: new Uint8Array(length.value + 1) });
  } catch (error) {
    throw file.wrong(packed.offset, 'deflated data', (error as Error).message);
  }
  if (out.length !== length.value) throw file.wrong(length.offset, `the unpacked length ${out.length}`, length.value);
  checkSum(file, out, checksum);
  return out;
}

export function checkSum(file: Bytes, data: Uint8Array, { offset, value }: { offset: number; value: number }): void {
  const sum = crc32(data);
  if (sum !== value) throw file.wrong(offset, `the checksum of the data, ${hex(sum)}`, hex(value));
}
