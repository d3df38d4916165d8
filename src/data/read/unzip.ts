import { hex, type Bytes } from './bytes.ts';
import { checkSum, inflate } from './unpack.ts';

const signatures = { end: 0x06054b50, directory: 0x02014b50, local: 0x04034b50 };

/** What is missing or other than expected where a record should begin. */
function checkSignature(file: Bytes, at: number, what: keyof typeof signatures): void {
  const got = file.uint(at, 4, `the ${what} record of a zip`);
  if (got !== signatures[what]) throw file.wrong(at, `${what} record ${hex(signatures[what])}`, hex(got));
}

/** The files in a zip file by name, stored or deflated, their lengths and checksums verified (PKWARE's APPNOTE 6.3; up to 4 GiB). */
export async function unzip(file: Bytes): Promise<Map<string, { readonly data: Uint8Array; readonly offset: number }>> {
  checkSignature(file, 0, file.length >= 4 && file.uint(0, 4, 'a signature') === signatures.end ? 'end' : 'local');
  const end = lastRecord(file);
  const count = file.uint(end + 10, 2, 'the number of files');
  let at = file.uint(end + 16, 4, 'the place of the directory');
  const files = new Map<string, { data: Uint8Array; offset: number }>();
  for (let i = 0; i < count; i++) {
    checkSignature(file, at, 'directory');
    const [flags, method] = [file.uint(at + 8, 2, 'the flags'), file.uint(at + 10, 2, 'the method')];
    const checksum = { offset: at + 16, value: file.uint(at + 16, 4, 'the checksum') };
    const packed = file.uint(at + 20, 4, 'the packed length');
    const length = { offset: at + 24, value: file.uint(at + 24, 4, 'the length') };
    const [nameLength, extra, comment] = [28, 30, 32].map((k) => file.uint(at + k, 2, 'a length')) as [
      number,
      number,
      number,
    ];
    const local = file.uint(at + 42, 4, 'the place of a file');
    const name = file.text(at + 46, nameLength, 'a name');
    if (flags & 1) throw file.wrong(at + 8, `${name} not to be encrypted`, `flags ${hex(flags, 4)}`);
    const offset = dataOffset(file, local, name, nameLength);
    if (files.has(name)) throw file.wrong(at + 46, 'names that differ', `'${name}' twice`);
    files.set(name, { data: await content(file, method, at, { offset, length: packed }, length, checksum), offset });
    at += 46 + nameLength + extra + comment;
  }
  if (at !== end) throw file.wrong(at, `the directory to end at byte ${end}`, at);
  return files;
}

/** The end record: the last one of its kind whose comment reaches to the end of the file. */
function lastRecord(file: Bytes): number {
  for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 0xffff); at--)
    if (
      file.uint(at, 4, 'a signature') === signatures.end &&
      at + 22 + file.uint(at + 20, 2, 'a length') === file.length
    )
      return at;
  throw file.wrong(file.length, `a zip's end record ${hex(signatures.end)} before here`, 'none');
}

/** Where a file's data begin: after a header of its own, which repeats its name. */
function dataOffset(file: Bytes, local: number, name: string, nameLength: number): number {
  checkSignature(file, local, 'local');
  const own = file.text(local + 30, nameLength, 'a name');
  if (file.uint(local + 26, 2, 'a length') !== nameLength || own !== name)
    throw file.wrong(local + 26, `the name '${name}' of the directory`, `'${own}'`);
  return local + 30 + nameLength + file.uint(local + 28, 2, 'a length');
}

async function content(
  file: Bytes,
  method: number,
  at: number,
  packed: { readonly offset: number; readonly length: number },
  length: { readonly offset: number; readonly value: number },
  checksum: { readonly offset: number; readonly value: number },
): Promise<Uint8Array> {
  if (method === 8) return inflate(file, packed, length, checksum);
  if (method !== 0) throw file.wrong(at + 10, 'method 0 (stored) or 8 (deflated)', method);
  if (length.value !== packed.length)
    throw file.wrong(length.offset, `the stored length ${packed.length}`, length.value);
  const data = file.slice(packed.offset, packed.length, 'stored data');
  checkSum(file, data, checksum);
  return data;
}
